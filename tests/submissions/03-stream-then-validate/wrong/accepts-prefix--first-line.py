"""Challenge 03: stream, then validate."""

from common import MODEL, get_client
from pydantic import BaseModel, Field


class Recipe(BaseModel):  # given: leave it as it is
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if not chunk.choices:
            continue
        choice = chunk.choices[0]
        piece = choice.delta.content or ""
        text += piece
        print(piece, end="", flush=True)
    return Recipe.model_validate_json(text.strip().split("\n")[0])
