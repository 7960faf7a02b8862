"""Style: the .stream() helper with response_format=Recipe, which validates the finished text itself."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    recipe = None
    with get_client().chat.completions.stream(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        response_format=Recipe,
    ) as stream:
        for event in stream:
            if event.type == "content.delta":
                print(event.delta, end="", flush=True)
            elif event.type == "content.done":
                recipe = event.parsed
    if recipe is None:
        raise ValueError("the model gave no recipe")
    return recipe
