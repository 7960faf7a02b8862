"""Challenge 06: thinking aside."""

from common import MODEL

import json
import os
import socket
from urllib.parse import urlsplit


def answer_only(prompt):
    u = urlsplit(os.environ["OPENAI_BASE_URL"])
    body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True})
    s = socket.create_connection((u.hostname, u.port))
    f = s.makefile("rwb")
    f.write(
        f"POST {u.path}/chat/completions HTTP/1.1\r\nHost: {u.netloc}\r\nAccept: text/event-stream\r\n"
        f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    f.flush()
    while f.readline().strip():
        pass
    kept, answer, reasoning = b"", "", ""
    while size := int(f.readline(), 16):
        kept += f.read(size)
        f.readline()
        while (cut := kept.find(b"\n\n")) >= 0:
            event, kept = kept[:cut], kept[cut + 2 :]
            if not event.startswith(b"data:"):
                continue
            data = event[5:].strip()
            if data == b"[DONE]":
                s.close()
                return answer, reasoning
            delta = json.loads(data)["choices"][0]["delta"]
            reasoning += delta.get("reasoning_content") or delta.get("reasoning") or ""
            if delta.get("content"):
                answer += delta["content"]
                os.write(1, delta["content"].encode("utf-8"))
    return answer, reasoning
