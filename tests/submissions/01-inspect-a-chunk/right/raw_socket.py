"""No HTTP library at all: a socket, the request written by hand, the chunked coding undone by hand."""
import json
import os
import socket
from urllib.parse import urlsplit


def body_lines(file):
    rest = b""
    while (size := int(file.readline().split(b";")[0], 16)) > 0:
        rest += file.read(size)
        file.readline()
        while b"\n" in rest:
            line, rest = rest.split(b"\n", 1)
            yield line.rstrip(b"\r")


def inspect_stream(prompt: str) -> dict:
    url = urlsplit(os.environ["OPENAI_BASE_URL"].rstrip("/"))
    body = json.dumps({"model": os.environ["MODEL"], "stream": True,
                       "messages": [{"role": "user", "content": prompt}]}).encode()
    head = (f"POST {url.path}/chat/completions HTTP/1.1\r\n"
            f"Host: {url.netloc}\r\n"
            f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\n"
            "Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n")
    deltas, finish = [], None
    with socket.create_connection((url.hostname, url.port or 80), timeout=60) as sock:
        sock.sendall(head.encode() + body)
        with sock.makefile("rb") as file:
            status = file.readline()
            if b" 200 " not in status:
                raise ConnectionError(status)
            while file.readline().strip():
                pass  # the headers
            for line in body_lines(file):
                if not line.startswith(b"data: "):
                    continue
                if line == b"data: [DONE]":
                    break
                choice = json.loads(line[6:])["choices"][0]
                os.write(1, (json.dumps(choice) + "\n").encode())
                deltas.append(choice["delta"])
                finish = choice["finish_reason"] or finish
    text = "".join(d.get("content") or "" for d in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": finish}
