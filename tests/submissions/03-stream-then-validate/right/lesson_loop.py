"""Style: the lesson's SDK loop, then model_validate_json on the joined pieces."""
from pydantic import BaseModel, Field

from common import get_client, MODEL


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    client = get_client()
    stream = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    )
    pieces = []
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            piece = chunk.choices[0].delta.content
            pieces.append(piece)
            print(piece, end="", flush=True)
    print()
    return Recipe.model_validate_json("".join(pieces))


if __name__ == "__main__":
    print(repr(stream_recipe("Give me a pancake recipe as JSON: title, servings, ingredients, minutes.")))
