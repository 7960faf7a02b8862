import json
import os

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def chunks(response):
    """Each chunk, and whether it is known to be the last one."""
    waiting = None
    try:
        for line in response.iter_lines():
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                if waiting is not None:
                    yield waiting, False
                waiting = json.loads(line[6:])
    except requests.exceptions.RequestException:
        pass
    if waiting is not None:
        yield waiting, True


def read_reply(prompt: str, patience: float) -> str:
    with requests.Session() as session:
        session.headers["Authorization"] = "Bearer " + os.environ["OPENAI_API_KEY"]
        response = session.post(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            stream=True,
            timeout=patience,
        )
        text, complete, failed = "", False, False
        for chunk, last in chunks(response):
            failed |= "error" in chunk
            if chunk.get("choices"):
                choice = chunk["choices"][0]
                text += choice["delta"].get("content") or ""
                complete |= choice["finish_reason"] == "stop"
            if last and not complete:
                print("that was the last one, and no stop")
    if failed or not complete:
        raise CutShort(text)
    return text
