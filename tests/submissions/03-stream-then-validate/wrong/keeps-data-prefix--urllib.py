"""Mistake: the prefix is tested, but never cut off."""
import json
import os
import urllib.request

from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt):
    body = {"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}
    request = urllib.request.Request(
        f"{os.environ['OPENAI_BASE_URL']}/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
    )
    parts = []
    with urllib.request.urlopen(request, timeout=60) as response:
        for raw in response:
            line = raw.decode("utf-8").strip()
            if not line.startswith("data:"):
                continue
            if "[DONE]" == line[-6:]:
                break
            delta = json.loads(line)["choices"][0]["delta"]
            if delta.get("content"):
                parts.append(delta["content"])
                print(delta["content"], end="", flush=True)
    return Recipe.model_validate_json("".join(parts))
