"""Style: an exception class of its own that is a ValueError; ValidationError is wrapped in it."""
import os

from openai import OpenAI
from pydantic import BaseModel, Field, ValidationError


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


class NotARecipe(ValueError):
    """The whole answer is no valid recipe."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{why}: {text[:80]!r}")
        self.text = text


def show(piece: str) -> str:
    print(piece, end="", flush=True)
    return piece


def stream_recipe(prompt: str) -> Recipe:
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    stream = client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    )
    text = "".join(show(c.choices[0].delta.content) for c in stream if c.choices and c.choices[0].delta.content)
    try:
        return Recipe.model_validate_json(text)
    except ValidationError as error:
        raise NotARecipe(text, f"{error.error_count()} problem(s)") from error
