"""Mistake: the helper that prints a piece stores it, and the loop stores it once more."""
import json
import os

import requests
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


class Out:
    def __init__(self):
        self.pieces = []

    def show(self, piece):
        self.pieces.append(piece)
        print(piece, end="", flush=True)


def stream_recipe(prompt: str) -> Recipe:
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    )
    resp.raise_for_status()
    out = Out()
    for line in resp.iter_lines():
        if line == b"data: [DONE]":
            break
        if line.startswith(b"data: "):
            piece = json.loads(line[6:])["choices"][0]["delta"].get("content")
            if piece:
                out.show(piece)
                out.pieces.append(piece)
    return Recipe.model_validate_json("".join(out.pieces))
