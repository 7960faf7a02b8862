"""Mistake: while (piece := next_piece()): the first empty piece ends the loop."""
import json
import os

import requests
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def all_contents(lines):
    for line in lines:
        if line == b"data: [DONE]":
            return
        if line.startswith(b"data: "):
            yield json.loads(line[6:])["choices"][0]["delta"].get("content")


def stream_recipe(prompt):
    with requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    ) as resp:
        resp.raise_for_status()
        contents = all_contents(resp.iter_lines())
        text = ""
        while piece := next(contents, None):
            print(piece, end="", flush=True)
            text += piece
    return Recipe.model_validate_json(text)
