import json
import os
import selectors
import socket
import time
from urllib.parse import urlsplit


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def body_of(raw):
    """What has come of the body: HTTP's chunks without their sizes."""
    rest = raw.partition(b"\r\n\r\n")[2]
    body = b""
    while b"\r\n" in rest:
        size, rest = rest.split(b"\r\n", 1)
        length = int(size, 16)
        body, rest = body + rest[:length], rest[length + 2 :]
    return body


def read_reply(prompt: str, patience: float) -> str:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    body = json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True})
    request = "\r\n".join(
        [
            f"POST {url.path}/chat/completions HTTP/1.1",
            f"Host: {url.netloc}",
            f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}",
            f"Content-Length: {len(body)}",
            "Connection: close",
            "",
            body,
        ]
    )
    sock = socket.create_connection((url.hostname, url.port))
    sock.sendall(request.encode())
    sock.setblocking(False)
    selector = selectors.DefaultSelector()
    selector.register(sock, selectors.EVENT_READ)

    raw = b""
    heard = time.monotonic()
    ended = False
    while not ended:
        if not selector.select(timeout=1.0):
            if time.monotonic() - heard > patience:
                break
            continue
        try:
            data = sock.recv(8192)
        except ConnectionError:
            data = b""
        ended = data == b"" or b"[DONE]" in data
        heard = time.monotonic()
        raw += data
    sock.close()

    text = ""
    reason = None
    *events, _ = body_of(raw).split(b"\n\n")  # what no blank line has ended is no event
    for event in events:
        for line in event.split(b"\n"):
            if not line.startswith(b"data: {"):
                continue
            chunk = json.loads(line[6:])
            if "error" in chunk:
                raise CutShort(text)
            choice = chunk["choices"][0]
            text += choice["delta"].get("content", "")
            reason = choice["finish_reason"] or reason
    if reason != "stop":
        raise CutShort(text)
    return text
