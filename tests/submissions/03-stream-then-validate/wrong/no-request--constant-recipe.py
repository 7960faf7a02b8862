"""Mistake: never calls the server; a constant recipe."""
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


PANCAKES = Recipe(title="Pancakes", servings=4, ingredients=["flour", "milk", "eggs"], minutes=20)


def stream_recipe(prompt: str) -> Recipe:
    for piece in PANCAKES.model_dump_json():
        print(piece, end="", flush=True)
    return PANCAKES
