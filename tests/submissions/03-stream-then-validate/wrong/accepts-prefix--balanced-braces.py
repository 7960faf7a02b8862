"""Mistake: stops reading when the braces are balanced."""
import os

from openai import AsyncOpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def complete(text: str) -> bool:
    return "{" in text and text.count("{") == text.count("}")


async def stream_recipe(prompt: str) -> Recipe:
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    text = ""
    stream = await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    )
    async for chunk in stream:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
        if complete(text):
            break
    await stream.close()
    return Recipe.model_validate_json(text)
