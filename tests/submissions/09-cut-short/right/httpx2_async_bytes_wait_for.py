import asyncio
import json
import os

import httpx2


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


async def raw_bytes(response, patience):
    """The bytes as they come; each of them starts the wait anew."""
    reads = response.aiter_raw()
    while True:
        try:
            yield await asyncio.wait_for(anext(reads), patience)
        except StopAsyncIteration:
            return


async def events(reads):
    buffer = b""
    async for data in reads:
        buffer += data
        while (end := buffer.find(b"\n\n")) >= 0:
            block, buffer = buffer[:end], buffer[end + 2 :]
            lines = [line[6:] for line in block.split(b"\n") if line.startswith(b"data: ")]
            if lines:
                yield b"\n".join(lines)


async def _read(prompt, patience):
    text, stopped = "", False
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    try:
        async with httpx2.AsyncClient(timeout=None) as client:
            async with client.stream(
                "POST",
                os.environ["OPENAI_BASE_URL"] + "/chat/completions",
                json=body,
                headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            ) as response:
                async for data in events(raw_bytes(response, patience)):
                    if data == b"[DONE]":
                        break
                    chunk = json.loads(data)
                    if "error" in chunk:
                        raise CutShort(text)
                    for choice in chunk["choices"]:
                        text += choice["delta"].get("content", "")
                        stopped = stopped or choice["finish_reason"] == "stop"
    except (httpx2.TransportError, asyncio.TimeoutError):
        pass
    if not stopped:
        raise CutShort(text)
    return text


def read_reply(prompt: str, patience: float) -> str:
    return asyncio.run(_read(prompt, patience))
