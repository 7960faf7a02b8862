"""Models the chunk like a blocking answer, with a message in every choice."""
import json
import os

import requests
from pydantic import BaseModel


class Message(BaseModel):
    role: str | None = None
    content: str | None = None


class Choice(BaseModel):
    message: Message
    finish_reason: str | None = None


class Chunk(BaseModel):
    choices: list[Choice]


def inspect_stream(prompt: str) -> dict:
    response = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    response.raise_for_status()
    deltas, text, finish_reason = [], "", None
    for line in response.iter_lines():
        if line == b"data: [DONE]":
            break
        if not line.startswith(b"data: "):
            continue
        choice = Chunk.model_validate(json.loads(line[6:])).choices[0]
        print(choice, flush=True)
        deltas.append(choice.message.model_dump(exclude_unset=True))
        text += choice.message.content or ""
        finish_reason = choice.finish_reason or finish_reason
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
