"""Mistake: no end mark is put into the queue, so the main thread waits for ever."""
import queue
import threading

from pydantic import BaseModel, Field

from common import MODEL, get_client


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def read(prompt, q):
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if chunk.choices and chunk.choices[0].delta.content:
            q.put(chunk.choices[0].delta.content)


def stream_recipe(prompt: str) -> Recipe:
    q = queue.Queue()
    threading.Thread(target=read, args=(prompt, q), daemon=True).start()
    text = ""
    for piece in iter(q.get, None):
        text += piece
        print(piece, end="", flush=True)
    return Recipe.model_validate_json(text)
