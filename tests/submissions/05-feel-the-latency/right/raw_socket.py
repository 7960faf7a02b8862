import json
import os
import socket
import time


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    host, _, path = os.environ["OPENAI_BASE_URL"].removeprefix("http://").partition("/")
    name, port = host.split(":")
    body = json.dumps({"model": os.environ["MODEL"], "stream": stream,
                       "messages": [{"role": "user", "content": prompt}]}).encode()
    head = (
        f"POST /{path}/chat/completions HTTP/1.1\r\n"
        f"Host: {host}\r\n"
        f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    ).encode()
    with socket.create_connection((name, int(port))) as sock:
        started = time.perf_counter()
        sock.sendall(head + body)
        seen, first = b"", None
        while data := sock.recv(65536):
            seen += data
            if stream and first is None and _has_text(seen):
                first = time.perf_counter() - started
        total = time.perf_counter() - started
    return (first, total) if stream else (total, total)


def _has_text(seen):
    for line in seen.split(b"\n"):
        if line.startswith(b"data: {") and line.endswith(b"}"):
            delta = json.loads(line[6:])["choices"][0]["delta"]
            if delta.get("content"):
                return True
    return False
