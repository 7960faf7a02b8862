import json
import os
import socket
from urllib.parse import urlsplit


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def body_so_far(raw):
    rest = raw.partition(b"\r\n\r\n")[2]
    body = b""
    while b"\r\n" in rest:
        size, rest = rest.split(b"\r\n", 1)
        body += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
    return body


def read_reply(prompt: str, patience: float) -> str:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    body = json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True})
    raw = b""
    with socket.create_connection((url.hostname, url.port), timeout=patience) as sock:
        sock.sendall(
            (
                f"POST {url.path}/chat/completions HTTP/1.1\r\nHost: {url.netloc}\r\n"
                f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
        )
        try:
            while data := sock.recv(4096):
                raw += data
        except OSError:
            pass
    text, finish = "", None
    for line in body_so_far(raw).decode().split("\n"):
        if line.startswith("data: {"):
            chunk = json.loads(line[6:])
            if "error" in chunk:
                break
            text += chunk["choices"][0]["delta"].get("content") or ""
            finish = chunk["choices"][0]["finish_reason"] or finish
    if finish != "stop":
        raise CutShort(text)
    return text
