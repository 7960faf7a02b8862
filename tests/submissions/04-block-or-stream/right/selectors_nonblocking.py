"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL

import json
import os
import selectors
import socket
from urllib.parse import urlsplit


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    u = urlsplit(os.environ["OPENAI_BASE_URL"])
    body = json.dumps(
        {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": reader == "human"}
    ).encode()
    s = socket.create_connection((u.hostname, u.port))
    s.sendall(
        f"POST {u.path}/chat/completions HTTP/1.1\r\nHost: {u.netloc}\r\nContent-Length: {len(body)}\r\n"
        f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\nContent-Type: application/json\r\n\r\n".encode()
        + body
    )
    s.setblocking(False)
    sel = selectors.DefaultSelector()
    sel.register(s, selectors.EVENT_READ)
    raw, data, text, lines_done, headers = b"", b"", "", 0, None
    while True:
        if not sel.select(timeout=0.2):
            continue
        block = s.recv(4096)
        raw += block
        if headers is None:
            if b"\r\n\r\n" not in raw:
                continue
            headers, raw = raw.split(b"\r\n\r\n", 1)
        over = False
        if b"chunked" not in headers.lower():
            length = int(headers.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            data, raw = data + raw, b""
            over = len(data) >= length
        while b"\r\n" in raw:
            size, rest = raw.split(b"\r\n", 1)
            n = int(size, 16)
            if len(rest) < n + 2:
                break
            data += rest[:n]
            raw = rest[n + 2 :]
            if n == 0:
                over = True
                break
        if reader == "human":
            lines = data.split(b"\n")
            for line in lines[lines_done:-1]:
                lines_done += 1
                if line.startswith(b"data: {"):
                    piece = json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
                    os.write(1, piece.encode())
                    text += piece
                elif b"[DONE]" in line:
                    over = True
        if over or not block:
            break
    s.close()
    return text if reader == "human" else json.loads(data)["choices"][0]["message"]["content"]
