"""Mistake: the return stands inside the loop, so the first piece is validated as the whole."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def read_all(prompt):
    text = ""
    with get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ) as stream:
        for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                text += chunk.choices[0].delta.content
                print(chunk.choices[0].delta.content, end="", flush=True)
                return text
    return text


def stream_recipe(prompt: str) -> Recipe:
    return Recipe.model_validate_json(read_all(prompt))
