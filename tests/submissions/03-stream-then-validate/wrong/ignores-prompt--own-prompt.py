"""Mistake: a prompt of its own; the argument is never used."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


PROMPT = "Give me a pancake recipe as JSON with title, servings, ingredients and minutes."


def stream_recipe(prompt: str = PROMPT) -> Recipe:
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": PROMPT}], stream=True
    ):
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    return Recipe.model_validate_json(text)
