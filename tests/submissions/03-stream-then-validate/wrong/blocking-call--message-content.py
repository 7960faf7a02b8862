"""Mistake: one blocking request; the text is printed letter by letter."""
import time

from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    completion = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
    )
    text = completion.choices[0].message.content or ""
    for letter in text:
        print(letter, end="", flush=True)
        time.sleep(0.002)
    return Recipe.model_validate_json(text)
