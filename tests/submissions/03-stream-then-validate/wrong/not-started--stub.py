"""Mistake: nothing has been written yet."""
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    """Stream a JSON answer, print each piece as it arrives, and validate the whole text."""
    raise NotImplementedError
