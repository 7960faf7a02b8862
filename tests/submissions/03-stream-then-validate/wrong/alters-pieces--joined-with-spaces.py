"""Mistake: " ".join of the pieces."""
import os

from openai import OpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    pieces: list[str] = []
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        for choice in chunk.choices:
            if choice.delta.content:
                pieces.append(choice.delta.content)
                print(choice.delta.content, end="", flush=True)
    return Recipe.model_validate_json(" ".join(pieces))
