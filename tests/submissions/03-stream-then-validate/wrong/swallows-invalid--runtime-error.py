"""Mistake: an exception class that is no ValueError."""
import os

from openai import OpenAI
from pydantic import BaseModel, Field, ValidationError


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


class RecipeError(RuntimeError):
    pass


def stream_recipe(prompt: str) -> Recipe:
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    pieces = []
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if chunk.choices and chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
            print(pieces[-1], end="", flush=True)
    try:
        return Recipe.model_validate_json("".join(pieces))
    except ValidationError as error:
        raise RecipeError(str(error)) from error
