"""Mistake: the f of the f-string is missing, so the placeholder itself is sent."""
import os

from openai import OpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    messages = [
        {"role": "system", "content": "You answer with one JSON object."},
        {"role": "user", "content": "{prompt}"},
    ]
    pieces = []
    with client.chat.completions.create(model=os.environ["MODEL"], messages=messages, stream=True) as stream:
        for chunk in stream:
            for choice in chunk.choices:
                pieces.append(choice.delta.content or "")
                print(pieces[-1], end="", flush=True)
    return Recipe.model_validate_json("".join(pieces))
