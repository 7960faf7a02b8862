"""Mistake: a delta without content is taken for the end."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    text = ""
    stream = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    for chunk in stream:
        piece = chunk.choices[0].delta.content
        if not piece:
            break
        text += piece
        print(piece, end="", flush=True)
    stream.close()
    return Recipe.model_validate_json(text)
