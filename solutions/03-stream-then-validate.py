from common import MODEL, get_client
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    )
    pieces = []
    for chunk in stream:
        piece = chunk.choices[0].delta.content if chunk.choices else None
        if piece:
            pieces.append(piece)
            print(piece, end="", flush=True)
    return Recipe.model_validate_json("".join(pieces))  # the whole text, after the stream has ended


if __name__ == "__main__":
    print("\n\n", repr(stream_recipe("Give me a recipe for bread, as JSON.")))
