"""Style: httpx2.stream and iter_lines."""
import json
import os

import httpx2
from pydantic import BaseModel, Field, TypeAdapter


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    text = ""
    with httpx2.stream(
        "POST",
        f"{os.environ['OPENAI_BASE_URL']}/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={
            "model": os.environ["MODEL"],
            "messages": [{"role": "user", "content": prompt}],
            "stream": True,
        },
        timeout=60,
    ) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not line.startswith("data:"):
                continue
            data = line.removeprefix("data:").strip()
            if data == "[DONE]":
                break
            delta = json.loads(data)["choices"][0]["delta"]
            piece = delta.get("content") or ""
            print(piece, end="", flush=True)
            text += piece
    return TypeAdapter(Recipe).validate_json(text)
