"""Style: http.client with read1(), a bytearray as buffer, split into lines by hand."""
import http.client
import json
import os
from urllib.parse import urlsplit

from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    make = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    conn = make(url.hostname, url.port, timeout=60)
    conn.request(
        "POST",
        url.path.rstrip("/") + "/chat/completions",
        body=json.dumps(
            {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
        ),
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
    )
    response = conn.getresponse()
    if response.status != 200:
        raise RuntimeError(f"HTTP {response.status}")

    buffer, answer, done = bytearray(), "", False
    while not done:
        block = response.read1(4096)
        if not block:
            break
        buffer += block
        while (end := buffer.find(b"\n")) >= 0:
            line = bytes(buffer[:end]).strip()
            del buffer[: end + 1]
            if not line.startswith(b"data:"):
                continue
            if line[5:].strip() == b"[DONE]":
                done = True
                break
            piece = json.loads(line[5:])["choices"][0]["delta"].get("content")
            if piece:
                answer += piece
                print(piece, end="", flush=True)
    conn.close()
    return Recipe.model_validate_json(answer)
