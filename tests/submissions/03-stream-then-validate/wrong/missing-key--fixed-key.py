"""Mistake: a key of its own in the file."""
import os

from openai import OpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key="sk-local")


def stream_recipe(prompt: str) -> Recipe:
    text = ""
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
    return Recipe.model_validate_json(text)
