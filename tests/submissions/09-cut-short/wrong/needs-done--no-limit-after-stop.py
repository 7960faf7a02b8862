import json
import os
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    connection = HTTPConnection(url.netloc, timeout=patience)
    text, finish = "", None
    try:
        connection.request(
            "POST",
            url.path + "/chat/completions",
            json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}),
            {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
        )
        sock = connection.sock
        response = connection.getresponse()
        while line := response.readline():
            if not line.startswith(b"data: ") or not line.endswith(b"\n"):
                continue
            if b"[DONE]" in line:
                break
            chunk = json.loads(line[6:])
            if "error" in chunk:
                raise CutShort(text)
            text += chunk["choices"][0]["delta"].get("content") or ""
            finish = chunk["choices"][0]["finish_reason"] or finish
            if finish:
                sock.settimeout(None)  # it is complete: no hurry any more
    except (OSError, HTTPException):
        pass
    if finish != "stop":
        raise CutShort(text)
    return text
