"""Style: shows the reasoning as well, under its own heading, but keeps it out of the text."""
from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    answer, section = "", None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if not chunk.choices:
            continue
        delta = chunk.choices[0].delta
        thought = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None)
        if thought:
            if section != "thinking":
                section = "thinking"
                print("[thinking]", flush=True)
            print(thought, end="", flush=True)
        if delta.content:
            if section != "answer":
                section = "answer"
                print("\n[answer]", flush=True)
            print(delta.content, end="", flush=True)
            answer += delta.content
    print("\n[checking]")
    recipe = Recipe.model_validate_json(answer)
    print(recipe.title, "-", recipe.minutes, "minutes")
    return recipe
