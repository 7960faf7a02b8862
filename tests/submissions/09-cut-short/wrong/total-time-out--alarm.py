import json
import os
import signal

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class TooLong(Exception):
    pass


def ring(signum, frame):
    raise TooLong


def read_reply(prompt: str, patience: float) -> str:
    text, finish = "", None
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, patience)
    try:
        response = requests.post(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            stream=True,
        )
        for line in response.iter_lines():
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                chunk = json.loads(line[6:])
                if "error" in chunk:
                    raise CutShort(text)
                text += chunk["choices"][0]["delta"].get("content") or ""
                finish = chunk["choices"][0]["finish_reason"] or finish
    except (TooLong, requests.RequestException):
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if finish != "stop":
        raise CutShort(text)
    return text
