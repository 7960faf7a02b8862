"""Mistake: prints every delta on a line of its own and trusts the newline to bring it out."""
import os

from openai import AsyncOpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


async def stream_recipe(prompt: str) -> Recipe:
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    text = ""
    async for chunk in await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        for choice in chunk.choices:
            print(choice.delta)
            text += choice.delta.content or ""
    return Recipe.model_validate_json(text)
