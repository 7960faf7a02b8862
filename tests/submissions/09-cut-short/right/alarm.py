import json
import os
import signal

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class Silence(Exception):
    pass


def on_alarm(signum, frame):
    raise Silence


def read_reply(prompt: str, patience: float) -> str:
    signal.signal(signal.SIGALRM, on_alarm)
    text = ""
    finish = None
    rest = b""
    try:
        signal.setitimer(signal.ITIMER_REAL, patience)
        response = requests.post(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            stream=True,
        )
        for data in response.iter_content(chunk_size=None):
            signal.setitimer(signal.ITIMER_REAL, patience)
            rest += data
            lines = rest.split(b"\n")
            rest = lines.pop()
            for line in lines:
                if line.startswith(b"data: ") and line != b"data: [DONE]":
                    chunk = json.loads(line[6:])
                    if "error" in chunk:
                        raise CutShort(text)
                    text += chunk["choices"][0]["delta"].get("content") or ""
                    finish = chunk["choices"][0]["finish_reason"] or finish
    except (Silence, requests.RequestException):
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if finish == "stop":
        return text
    raise CutShort(text)
