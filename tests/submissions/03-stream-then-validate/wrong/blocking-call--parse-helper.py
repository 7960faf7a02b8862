from common import get_client, MODEL
import json, os, sys, re
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)

def stream_recipe(prompt):
    c = get_client().chat.completions.parse(model=MODEL, messages=[{"role": "user", "content": prompt}], response_format=Recipe)
    print(c.choices[0].message.content, flush=True)
    return c.choices[0].message.parsed
