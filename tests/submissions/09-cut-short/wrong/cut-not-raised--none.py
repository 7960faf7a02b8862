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
        for line in response.iter_lines():
            if not line.startswith(b"data: "):
                continue
            data = line[6:]
            if data == b"[DONE]":
                break
            chunk = json.loads(data)
            if "error" in chunk:
                raise CutShort(text)
            choice = chunk["choices"][0]
            text += choice["delta"].get("content") or ""
            finish = choice["finish_reason"] or finish
    except requests.RequestException:
        pass
    if finish == "stop":
        return text
