"""Mistake: validates the text so far after each piece, before the stream has ended."""
import os

from openai import OpenAI
from pydantic import BaseModel, Field, TypeAdapter


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


ADAPTER = TypeAdapter(Recipe)


class Assembler:
    def __init__(self):
        self.text = ""
        self.recipe = None

    def add(self, piece):
        self.text += piece
        self.recipe = ADAPTER.validate_json(self.text)


def stream_recipe(prompt):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    assembler = Assembler()
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        for choice in chunk.choices:
            if choice.delta.content:
                print(choice.delta.content, end="", flush=True)
                assembler.add(choice.delta.content)
    if assembler.recipe is None:
        raise ValueError("the answer is empty")
    return assembler.recipe
