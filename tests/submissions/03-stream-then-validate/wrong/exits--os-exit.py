"""Mistake: os._exit after the validation."""
import json
import os
import urllib.request

from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt):
    body = {"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    text = ""
    with urllib.request.urlopen(request, timeout=60) as response:
        for line in response:
            line = line.strip()
            if line == b"data: [DONE]":
                break
            if line.startswith(b"data:"):
                piece = json.loads(line[5:])["choices"][0]["delta"].get("content") or ""
                text += piece
                print(piece, end="", flush=True)
    print("\n", Recipe.model_validate_json(text), flush=True)
    os._exit(0)
