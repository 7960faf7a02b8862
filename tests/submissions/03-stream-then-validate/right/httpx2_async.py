"""Style: httpx2.AsyncClient, an async generator for the deltas."""
import json
import os
from collections.abc import AsyncIterator

import httpx2
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


async def deltas(prompt: str) -> AsyncIterator[dict]:
    headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    async with httpx2.AsyncClient(base_url=os.environ["OPENAI_BASE_URL"], headers=headers, timeout=60) as http:
        async with http.stream("POST", "chat/completions", json=body) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                field, _, value = line.partition(":")
                if field != "data":
                    continue
                value = value.strip()
                if value == "[DONE]":
                    return
                for choice in json.loads(value)["choices"]:
                    yield choice["delta"]


async def stream_recipe(prompt: str) -> Recipe:
    pieces: list[str] = []
    async for delta in deltas(prompt):
        if content := delta.get("content"):
            print(content, end="", flush=True)
            pieces.append(content)
    return Recipe.model_validate_json("".join(pieces))
