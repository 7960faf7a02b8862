import json
import os
import selectors
import socket
import time


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    host, _, path = os.environ["OPENAI_BASE_URL"].removeprefix("http://").partition("/")
    body = json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream})
    head = (f"POST /{path}/chat/completions HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body.encode())}",
            "Authorization: Bearer " + os.environ["OPENAI_API_KEY"], "Connection: close", "", body)
    sock = socket.create_connection(host.split(":"))
    sock.setblocking(False)
    begin = time.perf_counter()
    sock.sendall("\r\n".join(head).encode())
    waiting = selectors.DefaultSelector()
    waiting.register(sock, selectors.EVENT_READ)
    buffer, first = b"", None
    while True:
        waiting.select()
        data = sock.recv(1000)
        if not data:
            break
        buffer += data
        while b"\n" in buffer:
            line, buffer = buffer.split(b"\n", 1)
            if line.startswith(b"data: {") and first is None:
                if json.loads(line[6:])["choices"][0]["delta"].get("content"):
                    first = time.perf_counter() - begin
    total = time.perf_counter() - begin
    return (first or total), total
