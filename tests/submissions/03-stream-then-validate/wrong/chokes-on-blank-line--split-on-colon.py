"""Mistake: splits every line at the first colon; a blank line has none."""
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
    text = ""
    async with httpx2.AsyncClient(timeout=60) as http:
        async with http.stream(
            "POST",
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        ) as response:
            async for line in response.aiter_lines():
                payload = line.split(":", 1)[1].strip()
                if payload == "[DONE]":
                    break
                piece = json.loads(payload)["choices"][0]["delta"].get("content") or ""
                text += piece
                print(piece, end="", flush=True)
    return Recipe.model_validate_json(text)
