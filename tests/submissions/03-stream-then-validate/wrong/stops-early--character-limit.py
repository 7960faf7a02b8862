"""Mistake: a limit of 30 characters, left in from a first try, ends the loop."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


MAX_CHARS = 30


def stream_recipe(prompt: str) -> Recipe:
    text = ""
    with get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ) as stream:
        for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                text += chunk.choices[0].delta.content
                print(chunk.choices[0].delta.content, end="", flush=True)
            if len(text) >= MAX_CHARS:
                break
    return Recipe.model_validate_json(text)
