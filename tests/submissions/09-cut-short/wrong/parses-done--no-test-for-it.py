import json
import os
from http.client import HTTPException
from urllib.request import Request, urlopen


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def ask(prompt):
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    return Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        data=json.dumps(body).encode("utf-8"),
        headers={
            "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"],
            "Content-Type": "application/json",
        },
    )


def chunks(response):
    for line in response:
        if not line.endswith(b"\n"):
            return  # the connection broke in the middle of it
        line = line.decode("utf-8").strip()
        if line.startswith("data:"):
            data = line[5:].strip()
            yield json.loads(data)


def read_reply(prompt: str, patience: float) -> str:
    text = ""
    reason = None
    try:
        with urlopen(ask(prompt), timeout=patience) as response:
            for chunk in chunks(response):
                if chunk.get("error"):
                    break
                for choice in chunk["choices"]:
                    text += choice["delta"].get("content", "")
                    reason = choice["finish_reason"] or reason
    except (OSError, HTTPException):
        pass
    if reason == "stop":
        return text
    raise CutShort(text)
