"""Style: TypeAdapter(Recipe).validate_json on UTF-8 bytes."""
import io
import os

from openai import OpenAI
from pydantic import BaseModel, Field, TypeAdapter


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


ADAPTER = TypeAdapter(Recipe)
client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])


def stream_recipe(prompt: str) -> Recipe:
    buffer = io.BytesIO()
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        for choice in chunk.choices:
            piece = choice.delta.content or ""
            buffer.write(piece.encode("utf-8"))
            print(piece, end="", flush=True)
    return ADAPTER.validate_json(buffer.getvalue())
