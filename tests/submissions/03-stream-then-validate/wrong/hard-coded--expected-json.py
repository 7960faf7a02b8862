"""Mistake: validates a JSON string that stands in the file instead of the one that came."""
import json
import os

import requests
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


SAMPLE = '{"title": "Tomato soup", "servings": 2, "ingredients": ["tomatoes", "salt"], "minutes": 30}'


def stream_recipe(prompt):
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    )
    resp.raise_for_status()
    received = ""
    for line in resp.iter_lines():
        if line.startswith(b"data: ") and line != b"data: [DONE]":
            piece = json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
            print(piece, end="", flush=True)
            received += piece
        elif line == b"data: [DONE]":
            break
    Recipe.model_validate_json(received)
    return Recipe.model_validate_json(SAMPLE)
