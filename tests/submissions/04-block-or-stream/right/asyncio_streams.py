"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL

import asyncio
import json
import os
import sys
from urllib.parse import urlsplit


async def _ask(prompt, reader):
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    rd, wr = await asyncio.open_connection(url.hostname, url.port)
    body = json.dumps(
        {
            "model": MODEL,
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}],
            "stream": reader == "human",
            "temperature": 0,
        }
    ).encode()
    wr.write(
        b"POST %s/chat/completions HTTP/1.1\r\nhost: %s\r\nauthorization: Bearer %s\r\ncontent-type: application/json\r\n"
        b"content-length: %d\r\n\r\n"
        % (url.path.encode(), url.netloc.encode(), os.environ["OPENAI_API_KEY"].encode(), len(body))
    )
    wr.write(body)
    await wr.drain()
    head = await rd.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    headers = head.lower()
    try:
        if b"chunked" not in headers:
            length = int(headers.split(b"content-length:")[1].split(b"\r\n")[0])
            raw = await rd.readexactly(length)
            return json.loads(raw)["choices"][0]["message"]["content"]
        buf = bytearray()
        out = []
        while size := int((await rd.readline()).strip(), 16):
            buf += await rd.readexactly(size)
            await rd.readexactly(2)
            if reader == "program":
                continue
            *lines, rest = bytes(buf).split(b"\n")
            buf = bytearray(rest)
            for line in lines:
                line = line.rstrip(b"\r")
                if line.startswith(b"data:") and not line.endswith(b"[DONE]"):
                    piece = json.loads(line[5:])["choices"][0]["delta"].get("content")
                    if piece:
                        out.append(piece)
                        print(piece, end="", flush=True)
        if reader == "program":
            return json.loads(bytes(buf))["choices"][0]["message"]["content"]
        return "".join(out)
    finally:
        wr.close()


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    with asyncio.Runner() as runner:
        return runner.run(_ask(prompt, reader))
