import asyncio
import json
import os
import time
from urllib.parse import urlsplit


class P(asyncio.Protocol):
    def __init__(self, req, done, stream):
        self.req, self.done, self.stream, self.buf, self.first = req, done, stream, b"", None

    def connection_made(self, tr):
        self.start = time.perf_counter()
        tr.write(self.req)

    def data_received(self, data):
        self.buf += data
        if self.stream and self.first is None:
            for line in self.buf.split(b"\n"):
                if (
                    line.startswith(b"data: {")
                    and line.rstrip().endswith(b"}")
                    and json.loads(line[6:])["choices"][0]["delta"].get("content")
                ):
                    self.first = time.perf_counter() - self.start
                    break

    def connection_lost(self, exc):
        self.total = time.perf_counter() - self.start
        self.done.set_result(None)


def time_reply(prompt, stream):
    u = urlsplit(os.environ["OPENAI_BASE_URL"])
    body = json.dumps(
        {"model": os.environ["MODEL"], "stream": stream, "messages": [{"role": "user", "content": prompt}]}
    ).encode()
    req = (
        f"POST {u.path}/chat/completions HTTP/1.1\r\nHost: {u.netloc}\r\nAuthorization: Bearer {os.environ['OPENAI_API_KEY']}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body

    async def go():
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        _, p = await loop.create_connection(lambda: P(req, done, stream), u.hostname, u.port)
        await done
        return (p.first if stream else p.total), p.total

    return asyncio.run(go())
