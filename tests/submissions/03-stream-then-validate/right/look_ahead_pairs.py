"""Style: itertools.pairwise over the chunks, so always one event behind."""
from itertools import chain, pairwise

from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def content(chunk):
    if chunk is None or not chunk.choices:
        return ""
    return chunk.choices[0].delta.content or ""


def stream_recipe(prompt: str) -> Recipe:
    stream = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    text = ""
    for chunk, following in pairwise(chain(stream, [None])):
        piece = content(chunk)
        text += piece
        print(piece, end="\n" if following is None else "", flush=True)
    return Recipe.model_validate_json(text)
