"""Mistake: httpx2.stream() is taken for the switch; nothing in the body asks the server to stream."""
import json
import os

import httpx2
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


async def stream_recipe(prompt: str) -> Recipe:
    pieces: list[str] = []
    async with httpx2.AsyncClient(timeout=60) as http:
        async with http.stream(
            "POST",
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]},
        ) as response:
            async for line in response.aiter_lines():
                if line.startswith("data:") and line[5:].strip() != "[DONE]":
                    delta = json.loads(line[5:])["choices"][0]["delta"]
                    if delta.get("content"):
                        pieces.append(delta["content"])
                        print(delta["content"], end="", flush=True)
    return Recipe.model_validate_json("".join(pieces))
