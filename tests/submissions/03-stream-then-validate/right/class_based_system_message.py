"""Style: a RecipeStreamer class; a system message asks for JSON, the prompt stays the user message."""
import os

from openai import OpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


SYSTEM = "Answer with one JSON object with the keys title, servings, ingredients, minutes. No other text."


class RecipeStreamer:
    def __init__(self):
        self._client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
        self._model = os.environ["MODEL"]
        self._text = []

    def __iter__(self):
        for chunk in self._stream:
            for choice in chunk.choices:
                if choice.delta.content:
                    self._text.append(choice.delta.content)
                    yield choice.delta.content

    def ask(self, prompt):
        self._stream = self._client.chat.completions.create(
            model=self._model,
            messages=[{"role": "system", "content": SYSTEM}, {"role": "user", "content": prompt}],
            stream=True,
            temperature=0,
        )
        return self

    def recipe(self):
        return Recipe.model_validate_json("".join(self._text))


def stream_recipe(prompt):
    streamer = RecipeStreamer()
    for piece in streamer.ask(prompt):
        print(piece, end="", flush=True)
    return streamer.recipe()
