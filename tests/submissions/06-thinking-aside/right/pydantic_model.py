import json
import os

import requests


def deltas(prompt):
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    )
    response.raise_for_status()
    for line in response.iter_lines():
        if not line.startswith(b"data: "):
            continue
        data = line[6:]
        if data == b"[DONE]":
            return
        for choice in json.loads(data)["choices"]:
            yield choice["delta"]

from pydantic import AliasChoices, BaseModel, Field


class Delta(BaseModel):
    content: str | None = None
    thought: str | None = Field(None, validation_alias=AliasChoices("reasoning_content", "reasoning"))


def answer_only(prompt: str) -> tuple[str, str]:
    answer, thoughts = "", ""
    for raw in deltas(prompt):
        delta = Delta.model_validate(raw)
        answer += delta.content or ""
        thoughts += delta.thought or ""
        print(delta.content or "", end="", flush=True)
    return answer, thoughts
