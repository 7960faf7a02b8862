import json
import os

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    text = ""
    finish_reason = None
    try:
        resp = requests.post(
            os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            json={
                "model": os.environ["MODEL"],
                "messages": [{"role": "user", "content": prompt}],
                "stream": True,
            },
            stream=True,
            timeout=patience,
        )
        resp.raise_for_status()
        for line in resp.iter_lines():
            if not line:
                continue
            line = line.decode("utf-8")
            if not line.startswith("data: "):
                continue
            payload = line[len("data: "):]
            if payload == "[DONE]":
                break
            chunk = json.loads(payload)
            if "error" in chunk:
                raise CutShort(text)
            choice = chunk["choices"][0]
            piece = choice["delta"].get("content")
            if piece:
                text += piece
            if choice["finish_reason"]:
                finish_reason = choice["finish_reason"]
    except requests.exceptions.RequestException:
        pass
    if finish_reason == "stop":
        return text
    raise CutShort(text)
