from common import get_client, MODEL
import json, os, sys, re
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)

from pydantic_core import from_json

def stream_recipe(prompt):
    stream = get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True)
    text = ""

    for chunk in stream:
        piece = chunk.choices[0].delta.content if chunk.choices else None
        if piece:
            text += piece
            print(piece, end="", flush=True)
            try:
                partial = from_json(text, allow_partial=True)
                if isinstance(partial, dict) and partial:
                    Recipe.model_validate(partial)
            except ValueError:
                pass
    return Recipe.model_validate_json(text)
