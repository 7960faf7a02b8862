"""Challenge 03: stream, then validate.

Run it against a replayed stream:   make play C=3
Have it graded:                     make grade C=3
"""

from common import MODEL, get_client  # use them, or any HTTP client you like
from pydantic import BaseModel, Field


class Recipe(BaseModel):  # given: leave it as it is
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    """Stream an answer that is JSON, print each piece as it arrives, and only then validate the whole text.

    Put the contents of the deltas together. When the stream has ended, and not before, make a Recipe of the full text
    (Recipe.model_validate_json). Deltas that hold reasoning, not content, are no part of the text.

    When the whole text is not a valid recipe (cut off, wrong types, values out of bounds, a refusal, more text after
    the object), let a ValueError out; pydantic's ValidationError is one. Repair nothing, return nothing partial.
    """
    raise NotImplementedError


if __name__ == "__main__":
    print("\n\n", repr(stream_recipe("Give me a recipe for bread, as JSON.")))
