"""Challenge 04: block or stream."""

from common import MODEL

import json
import os
import socket
from urllib.parse import urlsplit


def _post(body):
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    data = json.dumps(body, ensure_ascii=False).encode()
    sock = socket.create_connection((url.hostname, url.port or 80))
    sock.sendall(
        (
            f"POST {url.path}/chat/completions HTTP/1.1\r\n"
            f"Host: {url.netloc}\r\n"
            f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\n"
            "Content-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n"
            "Connection: close\r\n\r\n"
        ).encode()
        + data
    )
    return sock


def _dechunk(f):
    while True:
        size = int(f.readline().split(b";")[0], 16)
        if size == 0:
            return
        left = size
        while left:
            block = f.read1(left) if hasattr(f, "read1") else f.read(left)
            left -= len(block)
            yield block
        f.readline()


def _reply(sock):
    f = sock.makefile("rb")
    chunked, length = False, None
    status = f.readline()
    assert b" 200 " in status, status
    while (line := f.readline().strip()):
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "transfer-encoding" and "chunked" in value.lower():
            chunked = True
        if name.lower() == "content-length":
            length = int(value)
    if chunked:
        yield from _dechunk(f)
    elif length is not None:
        yield f.read(length)
    else:
        yield f.read()


def ask(prompt, reader):
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]}
    if reader == "program":
        with _post(body) as sock:
            return json.loads(b"".join(_reply(sock)))["choices"][0]["message"]["content"]
    body["stream"] = True
    text, buffer = "", b""
    with _post(body) as sock:
        for block in _reply(sock):
            buffer += block
            while b"\n" in buffer:
                line, buffer = buffer.split(b"\n", 1)
                if not line.startswith(b"data:"):
                    continue
                payload = line[5:].strip()
                if payload == b"[DONE]":
                    return text
                piece = json.loads(payload)["choices"][0]["delta"].get("content") or ""
                os.write(1, piece.encode())
                text += piece
    return text
