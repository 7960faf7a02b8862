"""Mistake: model_copy(update=...) of an empty template; pydantic does not check an update."""
import json
import os

from openai import OpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


TEMPLATE = Recipe(title="?", servings=1, ingredients=["?"], minutes=1)


def stream_recipe(prompt):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    pieces = []
    with client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ) as stream:
        for chunk in stream:
            for choice in chunk.choices:
                if choice.delta.content:
                    pieces.append(choice.delta.content)
                    print(choice.delta.content, end="", flush=True)
    data = json.loads("".join(pieces))
    if not isinstance(data, dict) or set(data) != set(Recipe.model_fields):
        raise ValueError("not the four fields of a recipe")
    return TEMPLATE.model_copy(update=data)
