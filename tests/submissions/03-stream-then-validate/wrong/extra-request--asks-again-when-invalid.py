"""Mistake: where the first answer is invalid it asks a second time before giving up."""
from pydantic import BaseModel, Field, ValidationError

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_text(client, messages):
    text = ""
    for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
        for choice in chunk.choices:
            if choice.delta.content:
                text += choice.delta.content
                print(choice.delta.content, end="", flush=True)
    return text


def stream_recipe(prompt: str) -> Recipe:
    client = get_client()
    messages = [{"role": "user", "content": prompt}]
    try:
        return Recipe.model_validate_json(stream_text(client, messages))
    except ValidationError:
        print("\nonce more ...", flush=True)
        return Recipe.model_validate_json(stream_text(client, messages))
