"""Mistake: treats the ingredients as dicts when printing the shopping list."""
import json
import os

import requests
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def shopping_list(recipe):
    for item in recipe.ingredients:
        print("-", item["amount"], item["name"], flush=True)


def stream_recipe(prompt):
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    )
    resp.raise_for_status()
    text = ""
    for line in resp.iter_lines():
        if line == b"data: [DONE]":
            break
        if line.startswith(b"data: "):
            piece = json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
            print(piece, end="", flush=True)
            text += piece
    recipe = Recipe.model_validate_json(text)
    shopping_list(recipe)
    return recipe
