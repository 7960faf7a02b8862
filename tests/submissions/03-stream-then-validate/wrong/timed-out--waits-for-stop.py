"""Mistake: after the stream it waits until the finish reason is "stop", which a cut answer never gets."""
import os
import time

from openai import OpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


class State:
    text = ""
    finish_reason = None


def stream_recipe(prompt):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    state = State()
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        for choice in chunk.choices:
            state.text += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
            state.finish_reason = choice.finish_reason or state.finish_reason
    while state.finish_reason != "stop":
        time.sleep(0.2)
    return Recipe.model_validate_json(state.text)
