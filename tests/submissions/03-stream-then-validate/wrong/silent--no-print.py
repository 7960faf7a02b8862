"""Mistake: streams, but shows nothing."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    stream = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    text = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)
    return Recipe.model_validate_json(text)
