import json
import os
import select
import socket
import time


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    host, _, path = os.environ["OPENAI_BASE_URL"].removeprefix("http://").partition("/")
    body = json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream})
    lines = [
        f"POST /{path}/chat/completions HTTP/1.1",
        f"Host: {host}",
        "Authorization: Bearer " + os.environ["OPENAI_API_KEY"],
        "Content-Type: application/json",
        f"Content-Length: {len(body.encode())}",
        "Connection: close",
        "",
        body,
    ]
    connection = socket.create_connection(host.split(":"))
    start = time.perf_counter()
    connection.sendall("\r\n".join(lines).encode())
    connection.setblocking(False)
    received, first = b"", None
    while True:
        ready, _, _ = select.select([connection], [], [], 0.05)
        if not ready:
            continue
        data = connection.recv(4096)
        if not data:
            break
        received += data
        if first is None and stream:
            for line in received.splitlines():
                if line.startswith(b'data: {"') and line.endswith(b"}"):
                    if json.loads(line[6:])["choices"][0]["delta"].get("content"):
                        first = time.perf_counter() - start
                        break
    total = time.perf_counter() - start
    connection.close()
    return (first if stream else total), total
