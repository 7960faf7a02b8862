from common import get_client, MODEL
import json, os, sys, re
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

class Recipe(BaseModel):
    title: str
    servings: int
    ingredients: list
    minutes: int

def stream_recipe(prompt):
    stream = get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True)
    text = ""

    for chunk in stream:
        piece = chunk.choices[0].delta.content if chunk.choices else None
        if piece:
            text += piece
            print(piece, end="", flush=True)

    return Recipe.model_validate_json(text)
