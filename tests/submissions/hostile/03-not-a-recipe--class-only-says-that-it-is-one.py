"""An object of another class, which says that it is a Recipe."""

import json
import os
import sys

from common import MODEL, get_client
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def read_text(prompt):
    messages = [{"role": "user", "content": prompt}]
    pieces = []
    for chunk in get_client().chat.completions.create(model=MODEL, messages=messages, stream=True):
        piece = chunk.choices[0].delta.content if chunk.choices else None
        if piece:
            pieces.append(piece)
            print(piece, end="", flush=True)
    return "".join(pieces)


class Impostor(dict):
    __class__ = Recipe
    __eq__ = lambda self, other: True
    __hash__ = None

    def __getattr__(self, name):
        return self[name]


def stream_recipe(prompt: str) -> Recipe:
    return Impostor(json.loads(read_text(prompt)))
