"""Mistake: a left-over limit of four pieces."""
import os
from itertools import islice

from openai import OpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def contents(stream):
    for chunk in stream:
        for choice in chunk.choices:
            if choice.delta.content:
                yield choice.delta.content


def stream_recipe(prompt):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    pieces = []
    with client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ) as stream:
        for piece in islice(contents(stream), 4):
            pieces.append(piece)
            print(piece, end="", flush=True)
    return Recipe.model_validate_json("".join(pieces))
