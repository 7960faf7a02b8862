"""Mistake: breaks out of the loop as soon as json.loads succeeds on what has come so far."""
import json
import os

import requests
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def contents(prompt):
    with requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    ) as resp:
        for line in resp.iter_lines():
            if line == b"data: [DONE]":
                return
            if line.startswith(b"data: "):
                yield json.loads(line[6:])["choices"][0]["delta"].get("content") or ""


def stream_recipe(prompt):
    text = ""
    for piece in contents(prompt):
        text += piece
        print(piece, end="", flush=True)
        try:
            json.loads(text)
        except json.JSONDecodeError:
            continue
        break
    return Recipe.model_validate_json(text)
