import json
import os

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def with_last(iterator):
    """Each item, and whether it is the last."""
    before = next(iterator)
    for item in iterator:
        yield before, False
        before = item
    yield before, True


def chunks(response):
    for line in response.iter_lines():
        if line.startswith(b"data: ") and line != b"data: [DONE]":
            yield json.loads(line[6:])


def read_reply(prompt: str, patience: float) -> str:
    text, finish = "", None
    try:
        response = requests.post(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            stream=True,
            timeout=patience,
        )
        for chunk, last in with_last(chunks(response)):
            if "error" in chunk:
                raise CutShort(text)
            text += chunk["choices"][0]["delta"].get("content") or ""
            finish = chunk["choices"][0]["finish_reason"] or finish
    except requests.RequestException:
        pass
    if finish != "stop":
        raise CutShort(text)
    return text
