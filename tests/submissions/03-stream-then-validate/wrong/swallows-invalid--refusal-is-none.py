"""Mistake: a refusal comes back as None; everything else is validated."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt):
    text = refusal = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if not chunk.choices:
            continue
        delta = chunk.choices[0].delta
        text += delta.content or ""
        refusal += delta.refusal or ""
        print(delta.content or delta.refusal or "", end="", flush=True)
    if refusal:
        return None
    return Recipe.model_validate_json(text)
