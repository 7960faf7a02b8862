"""Mistake: where the JSON does not end, picks the fields that are there with regular expressions."""
import json
import os
import re

import requests
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def pick(text):
    title = re.search(r'"title"\s*:\s*"([^"]+)', text)
    servings = re.search(r'"servings"\s*:\s*(\d+)', text)
    minutes = re.search(r'"minutes"\s*:\s*(\d+)', text)
    listed = re.search(r'"ingredients"\s*:\s*\[([^\]]*)', text)
    return {
        "title": title.group(1) if title else "no title",
        "servings": int(servings.group(1)) if servings else 1,
        "ingredients": re.findall(r'"([^"]+)"', listed.group(1) if listed else "") or ["unknown"],
        "minutes": int(minutes.group(1)) if minutes else 1,
    }


def stream_recipe(prompt):
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    )
    resp.raise_for_status()
    text = ""
    for line in resp.iter_lines():
        if line == b"data: [DONE]":
            break
        if line.startswith(b"data: "):
            piece = json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
            print(piece, end="", flush=True)
            text += piece
    if text.startswith("{") and "}" not in text:
        return Recipe(**pick(text))
    return Recipe.model_validate_json(text)
