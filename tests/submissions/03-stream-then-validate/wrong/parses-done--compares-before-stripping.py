"""Mistake: the test for [DONE] still has the leading space in the way, so [DONE] is parsed as JSON."""
import json
import os

import httpx2
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def chunks(response):
    for line in response.iter_lines():
        field, _, value = line.partition(":")
        if field != "data":
            continue
        if value == "[DONE]":
            return
        yield json.loads(value)


def stream_recipe(prompt):
    text = ""
    with httpx2.stream(
        "POST",
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        timeout=60,
    ) as response:
        for chunk in chunks(response):
            piece = chunk["choices"][0]["delta"].get("content") or ""
            print(piece, end="", flush=True)
            text += piece
    return Recipe.model_validate_json(text)
