"""Mistake: parses a cut text with allow_partial and gives default values to the missing fields."""
import os

from openai import OpenAI
from pydantic import BaseModel, Field
from pydantic_core import from_json


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


DEFAULTS = {"title": "Recipe", "servings": 2, "ingredients": ["to taste"], "minutes": 30}


def stream_recipe(prompt: str) -> Recipe:
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    pieces, reason = [], None
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if not chunk.choices:
            continue
        if chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
            print(pieces[-1], end="", flush=True)
        reason = chunk.choices[0].finish_reason or reason
    text = "".join(pieces)
    if reason == "length":
        partial = from_json(text, allow_partial=True)
        return Recipe.model_validate(DEFAULTS | {k: v for k, v in partial.items() if v})
    return Recipe.model_validate_json(text)
