"""Mistake: validates the dict with the class, but hands back the dict from json.loads."""
import json
import os

from openai import AsyncOpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


async def stream_recipe(prompt: str):
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    pieces = []
    async for chunk in await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        for choice in chunk.choices:
            pieces.append(choice.delta.content or "")
            print(pieces[-1], end="", flush=True)
    data = json.loads("".join(pieces))
    Recipe.model_validate(data)
    return data
