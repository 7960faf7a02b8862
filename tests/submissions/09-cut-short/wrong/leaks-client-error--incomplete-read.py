import json
import os
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
    rest = b""
    while data := response.read1(65536):
        rest += data
        *lines, rest = rest.split(b"\n")
        for line in lines:
            if line.startswith(b"data: {"):
                yield json.loads(line[6:])


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
    except OSError:
        pass
    if reason == "stop":
        return text
    raise CutShort(text)
