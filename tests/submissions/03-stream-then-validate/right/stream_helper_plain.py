"""Style: the .stream() helper without response_format."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt):
    text = ""
    with get_client().chat.completions.stream(
        model=MODEL, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        for event in stream:
            if event.type == "content.delta":
                print(event.delta, end="", flush=True)
                text += event.delta
    return Recipe.model_validate_json(text)
