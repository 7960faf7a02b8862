"""Mistake: list(stream), then a typewriter effect."""
import time

from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    stream = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    deltas = [chunk.choices[0].delta for chunk in list(stream) if chunk.choices]
    text = ""
    for delta in deltas:
        if delta.content:
            print(delta.content, end="", flush=True)
            text += delta.content
            time.sleep(0.03)
    return Recipe.model_validate_json(text)
