class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


import asyncio
import json
import os
from urllib.parse import urlsplit


class Client(asyncio.Protocol):
    """callbacks, with a call_later watchdog"""

    def __init__(self, request, patience, done):
        self.request, self.patience, self.done = request, patience, done
        self.buf, self.head, self.body, self.line, self.text, self.finish, self.err, self.over = (
            b"",
            False,
            b"",
            b"",
            [],
            None,
            False,
            False,
        )

    def connection_made(self, tr):
        self.tr = tr
        tr.write(self.request)
        self.pet()

    def pet(self):
        if getattr(self, "dog", None):
            self.dog.cancel()
        self.dog = asyncio.get_running_loop().call_later(self.patience, self.end)

    def end(self):
        self.dog.cancel()
        self.tr.abort()
        if not self.done.done():
            self.done.set_result(None)

    def data_received(self, data):
        self.pet()
        self.buf += data
        if not self.head:
            if b"\r\n\r\n" not in self.buf:
                return
            _, _, self.buf = self.buf.partition(b"\r\n\r\n")
            self.head = True
        while True:
            size, sep, rest = self.buf.partition(b"\r\n")
            if not sep:
                break
            n = int(size, 16)
            if n == 0:
                self.over = True
                break
            if len(rest) < n + 2:
                break
            self.body += rest[:n]
            self.buf = rest[n + 2 :]
        *lines, self.body = self.body.split(b"\n")
        for l in lines:
            self.take(l.strip())
        if self.finish or self.over:
            self.end()

    def connection_lost(self, exc):
        self.end()

    def take(self, l):
        if l == b"event: error":
            self.err = True
        if not l.startswith(b"data:") or l[5:].strip() == b"[DONE]":
            return
        d = json.loads(l[5:])
        if d.get("error") or self.err:
            self.err = True
            return self.end()
        for c in d.get("choices", []):
            self.text.append(c["delta"].get("content") or "")
            self.finish = c.get("finish_reason") or self.finish


def read_reply(prompt, patience):
    u = urlsplit(os.environ["OPENAI_BASE_URL"])
    body = json.dumps(
        {"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}
    ).encode()
    req = (
        f"POST {u.path}/chat/completions HTTP/1.1\r\nHost: {u.netloc}\r\nAuthorization: Bearer {os.environ['OPENAI_API_KEY']}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body

    async def go():
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        _, p = await loop.create_connection(lambda: Client(req, patience, done), u.hostname, u.port)
        await done
        return p

    p = asyncio.run(go())
    text = "".join(p.text)
    if p.err or p.finish != "stop":
        raise CutShort(text)
    return text
