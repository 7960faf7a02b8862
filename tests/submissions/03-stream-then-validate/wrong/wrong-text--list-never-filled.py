from common import get_client, MODEL
import json, os, sys, re
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)

def stream_recipe(prompt):
    stream = get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True)
    text = ""
    parts = []
    for chunk in stream:
        piece = chunk.choices[0].delta.content if chunk.choices else None
        if piece:
            text += piece
            print(piece, end="", flush=True)

    return Recipe.model_validate_json("".join(parts))
