"""Style: requests in a background thread, a queue between it and the printing."""
import json
import os
import queue
import threading

import requests
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def download(prompt, out):
    try:
        with requests.Session() as session:
            session.headers["Authorization"] = "Bearer " + os.environ["OPENAI_API_KEY"]
            body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
            url = os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions"
            with session.post(url, json=body, stream=True, timeout=(5, 60)) as r:
                r.raise_for_status()
                for line in r.iter_lines(chunk_size=None):
                    if line == b"data: [DONE]":
                        break
                    if line.startswith(b"data: "):
                        out.put(json.loads(line[6:].decode("utf-8")))
    except BaseException as e:
        out.put(e)
    out.put(None)


def stream_recipe(prompt: str) -> Recipe:
    q: queue.Queue = queue.Queue()
    threading.Thread(target=download, args=(prompt, q), daemon=True).start()
    text = ""
    for item in iter(q.get, None):
        if isinstance(item, BaseException):
            raise item
        piece = item["choices"][0]["delta"].get("content")
        if piece is not None:
            text += piece
            print(piece, end="", flush=True)
    return Recipe.model_validate_json(text)
