"""Mistake: json.loads of the text so far stands inside the loop."""
import json
import os

import httpx2
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    text, data = "", {}
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
            if not line.startswith("data: "):
                continue
            piece = json.loads(line[6:])["choices"][0]["delta"].get("content")
            if piece:
                print(piece, end="", flush=True)
                text += piece
                data = json.loads(text)
    return Recipe.model_validate(data)
