"""Mistake: the responses endpoint instead of chat completions."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    text = ""
    with get_client().responses.create(
        model=MODEL, input=[{"role": "user", "content": prompt}], stream=True
    ) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                print(event.delta, end="", flush=True)
                text += event.delta
    return Recipe.model_validate_json(text)
