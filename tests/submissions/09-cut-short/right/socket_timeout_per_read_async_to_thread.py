import asyncio
import json
import os

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def open_stream(prompt, patience):
    return requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=patience,
    )


async def read_reply(prompt: str, patience: float) -> str:
    """The blocking calls of requests run in a thread; this function stays asynchronous."""
    text, finish = "", None
    end = object()
    try:
        response = await asyncio.to_thread(open_stream, prompt, patience)
        lines = response.iter_lines()
        while (line := await asyncio.to_thread(next, lines, end)) is not end:
            if not line.startswith(b"data: {"):
                continue
            chunk = json.loads(line[len(b"data: "):])
            if "error" in chunk:
                finish = "error"
                break
            choice = chunk["choices"][0]
            text += choice["delta"].get("content", "") or ""
            finish = finish or choice["finish_reason"]
    except requests.RequestException:
        pass
    if finish != "stop":
        raise CutShort(text)
    return text
