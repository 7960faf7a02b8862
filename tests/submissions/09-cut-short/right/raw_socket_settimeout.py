"""No HTTP library at all: a socket, a time limit on it, and the chunks of HTTP taken apart by hand."""
import json
import os
import socket
from urllib.parse import urlsplit


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def send_request(sock, url, prompt):
    body = json.dumps(
        {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    ).encode()
    head = (
        f"POST {url.path}/chat/completions HTTP/1.1\r\n"
        f"Host: {url.netloc}\r\n"
        f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "\r\n"
    )
    sock.sendall(head.encode() + body)


class Dechunker:
    def __init__(self):
        self.raw = b""
        self.in_head = True

    def feed(self, data):
        self.raw += data
        out = b""
        if self.in_head:
            if b"\r\n\r\n" not in self.raw:
                return out
            self.raw = self.raw.split(b"\r\n\r\n", 1)[1]
            self.in_head = False
        while b"\r\n" in self.raw:
            size, rest = self.raw.split(b"\r\n", 1)
            size = int(size, 16)
            if len(rest) < size + 2:
                break
            out += rest[:size]
            self.raw = rest[size + 2 :]
        return out


def read_reply(prompt: str, patience: float) -> str:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    text, finish, body = "", None, b""
    dechunker = Dechunker()
    try:
        with socket.create_connection((url.hostname, url.port), timeout=patience) as sock:
            send_request(sock, url, prompt)
            while finish is None:
                data = sock.recv(65536)
                if not data:
                    break
                body += dechunker.feed(data)
                *events, body = body.split(b"\n\n")
                for event in events:
                    for line in event.splitlines():
                        if line.startswith(b"data: ") and b"[DONE]" not in line:
                            chunk = json.loads(line[6:])
                            if "error" in chunk:
                                raise CutShort(text)
                            text += chunk["choices"][0]["delta"].get("content") or ""
                            finish = finish or chunk["choices"][0]["finish_reason"]
                        elif line == b"data: [DONE]":
                            finish = finish or "none"
    except OSError:
        pass
    if finish != "stop":
        raise CutShort(text)
    return text
