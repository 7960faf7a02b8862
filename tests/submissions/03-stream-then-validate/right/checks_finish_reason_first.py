"""Style: strict; checks refusal and finish_reason after the stream, then validates."""
from typing import Optional

from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    pieces: list[str] = []
    refusal: list[str] = []
    finish_reason: Optional[str] = None

    with get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    ) as stream:
        for chunk in stream:
            if not chunk.choices:
                continue
            choice = chunk.choices[0]
            if choice.delta.content:
                pieces.append(choice.delta.content)
                print(choice.delta.content, end="", flush=True)
            if choice.delta.refusal:
                refusal.append(choice.delta.refusal)
                print(choice.delta.refusal, end="", flush=True)
            finish_reason = choice.finish_reason or finish_reason

    if refusal:
        raise ValueError("refused: " + "".join(refusal))
    if finish_reason != "stop":
        raise ValueError(f"the answer is not complete, finish_reason={finish_reason!r}")
    return Recipe.model_validate_json("".join(pieces), strict=True)
