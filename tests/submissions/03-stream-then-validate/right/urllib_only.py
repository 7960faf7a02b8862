"""Style: nothing but the standard library, urllib.request; the reply is iterated line by line."""
import json
import os
import sys
import urllib.request

from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def events(response):
    for raw in response:
        raw = raw.rstrip(b"\r\n")
        if raw.startswith(b"data:"):
            data = raw[5:].lstrip()
            if data == b"[DONE]":
                return
            yield json.loads(data)


def stream_recipe(prompt):
    body = {"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"],
        },
        method="POST",
    )
    parts = []
    with urllib.request.urlopen(request, timeout=60) as response:
        for event in events(response):
            for choice in event["choices"]:
                text = choice["delta"].get("content") or ""
                parts.append(text)
                sys.stdout.write(text)
                sys.stdout.flush()
    return Recipe.model_validate_json("".join(parts))
