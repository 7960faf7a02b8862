import asyncio
import json
import os
from urllib.parse import urlsplit


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class Text:
    def __init__(self) -> None:
        self.so_far = ""
        self.reason: str | None = None
        self.buffer = ""

    def feed(self, data: str) -> None:
        self.buffer += data
        while "\n\n" in self.buffer:
            event, self.buffer = self.buffer.split("\n\n", 1)
            for line in event.split("\n"):
                if line.startswith("data: ") and line != "data: [DONE]":
                    self.chunk(json.loads(line.removeprefix("data: ")))

    def chunk(self, chunk: dict) -> None:
        if "error" in chunk:
            raise CutShort(self.so_far)
        for choice in chunk["choices"]:
            self.so_far += choice["delta"].get("content") or ""
            self.reason = choice["finish_reason"] or self.reason


async def read_reply(prompt: str, patience: float) -> str:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    body = json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True})
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(
        (
            f"POST {url.path}/chat/completions HTTP/1.1\r\nHost: {url.netloc}\r\n"
            f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
    )
    text = Text()

    async def some() -> bytes:
        """Whatever has come, after at most `patience` seconds of silence."""
        async with asyncio.timeout(patience):
            return await reader.read(4096)

    raw = b""
    try:
        while b"\r\n\r\n" not in raw:
            raw += await some()
        raw = raw.partition(b"\r\n\r\n")[2]
        while text.reason is None:
            while b"\r\n" not in raw or len(raw) < int(raw.split(b"\r\n")[0], 16) + len(raw.split(b"\r\n")[0]) + 4:
                data = await some()
                if not data:
                    raise EOFError
                raw += data
            size, raw = raw.split(b"\r\n", 1)
            if int(size, 16) == 0:
                break
            text.feed(raw[: int(size, 16)].decode())
            raw = raw[int(size, 16) + 2 :]
    except (OSError, EOFError, TimeoutError):
        pass
    finally:
        writer.close()
    if text.reason != "stop":
        raise CutShort(text.so_far)
    return text.so_far
