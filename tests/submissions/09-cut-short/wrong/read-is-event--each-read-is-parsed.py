import json
import os

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


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
        for read in response.iter_content(chunk_size=None):
            for line in read.split(b"\n"):
                if not line.startswith(b"data: ") or line == b"data: [DONE]":
                    continue
                try:
                    chunk = json.loads(line[6:])
                except ValueError:
                    raise CutShort(text)
                if "error" in chunk:
                    raise CutShort(text)
                text += chunk["choices"][0]["delta"].get("content") or ""
                finish = chunk["choices"][0]["finish_reason"] or finish
    except requests.RequestException:
        pass
    if finish != "stop":
        raise CutShort(text)
    return text
