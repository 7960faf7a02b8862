"""Style: Recipe(**json.loads(text)), chunk reprs on the screen."""
import json

from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt):
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    ):
        print(chunk.choices[0].delta, flush=True)
        text += chunk.choices[0].delta.content or ""
    data = json.loads(text)
    return Recipe(**data)
