"""Mistake: shows a character count on stdout and the pieces on stderr."""
import json
import os
import sys

import httpx2
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt):
    text = ""
    with httpx2.stream(
        "POST",
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        timeout=60,
    ) as response:
        for line in response.iter_lines():
            if line == "data: [DONE]":
                break
            if line.startswith("data:"):
                piece = json.loads(line[5:])["choices"][0]["delta"].get("content") or ""
                text += piece
                print(piece, end="", flush=True, file=sys.stderr)
    print("received", len(text), "characters", flush=True)
    return Recipe.model_validate_json(text)
