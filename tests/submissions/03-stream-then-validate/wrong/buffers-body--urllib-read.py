"""Mistake: response.read() and then the lines of it."""
import json
import os
import sys
import time
import urllib.request

from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt):
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        data=json.dumps(
            {"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}
        ).encode(),
        headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        body = response.read()
    text = ""
    for line in body.split(b"\n"):
        line = line.strip()
        if line.startswith(b"data:") and line != b"data: [DONE]":
            piece = json.loads(line[5:])["choices"][0]["delta"].get("content") or ""
            text += piece
            sys.stdout.write(piece)
            sys.stdout.flush()
            time.sleep(0.01)
    return Recipe.model_validate_json(text)
