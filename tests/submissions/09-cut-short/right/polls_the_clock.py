"""Short naps, and a look at the clock in between."""
import json
import os
import socket
import time
from urllib.parse import urlsplit


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def ask(prompt):
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    body = json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True})
    sock = socket.create_connection((url.hostname, url.port))
    sock.sendall(
        f"POST {url.path}/chat/completions HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: {len(body)}\r\n"
        f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\n\r\n{body}".encode()
    )
    sock.setblocking(False)
    return sock


def body_of(raw):
    """What has come of the body: HTTP's chunks without their sizes."""
    rest = raw.partition(b"\r\n\r\n")[2]
    body = b""
    while b"\r\n" in rest:
        size, rest = rest.split(b"\r\n", 1)
        length = int(size, 16)
        body, rest = body + rest[:length], rest[length + 2 :]
    return body


def read(body):
    """The text of all events that are whole, and what has ended them."""
    text = ""
    for event in body.split(b"\n\n")[:-1]:
        line = event.split(b"\n")[-1]
        if line == b"data: [DONE]":
            return text, "done"
        if line.startswith(b"data: "):
            chunk = json.loads(line[6:])
            if chunk.get("error"):
                return text, "error"
            text += chunk["choices"][0]["delta"].get("content") or ""
            if chunk["choices"][0]["finish_reason"]:
                return text, chunk["choices"][0]["finish_reason"]
    return text, None


def read_reply(prompt: str, patience: float) -> str:
    sock = ask(prompt)
    last_byte = time.monotonic()
    raw = b""
    text, reason = "", None
    while reason is None:
        try:
            data = sock.recv(4096)
            if data == b"":
                break
            last_byte = time.monotonic()
            raw += data
        except BlockingIOError:
            if time.monotonic() - last_byte > patience:
                break
            time.sleep(0.01)
            continue
        except OSError:
            break
        text, reason = read(body_of(raw))  # from the beginning each time: replies are short
    sock.close()
    if reason != "stop":
        raise CutShort(text)
    return text
