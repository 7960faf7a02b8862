"""Mistake: the async part hands over the whole text, and only then is it shown."""
import asyncio
import os

from openai import AsyncOpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


async def collect(prompt: str) -> str:
    async with AsyncOpenAI(
        base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"]
    ) as client:
        text = ""
        async for chunk in await client.chat.completions.create(
            model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
        ):
            if chunk.choices:
                text += chunk.choices[0].delta.content or ""
        return text


def stream_recipe(prompt: str) -> Recipe:
    text = asyncio.run(collect(prompt))
    print(f"model said:\n{text}\n", flush=True)
    return Recipe.model_validate_json(text)
