import asyncio
import json
import os

import httpx2


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


async def read_reply(prompt: str, patience: float) -> str:
    text, finish, rest = "", None, b""
    async with httpx2.AsyncClient(timeout=None) as client:
        async with client.stream(
            "POST",
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        ) as response:
            reads = response.aiter_bytes()
            while finish is None:
                try:
                    rest += await asyncio.wait_for(anext(reads), patience)
                except (StopAsyncIteration, httpx2.TransportError):
                    break
                *lines, rest = rest.split(b"\n")
                for line in lines:
                    if line.startswith(b"data: {"):
                        chunk = json.loads(line[6:])
                        if "error" in chunk:
                            raise CutShort(text)
                        text += chunk["choices"][0]["delta"].get("content") or ""
                        finish = chunk["choices"][0]["finish_reason"] or finish
    if finish != "stop":
        raise CutShort(text)
    return text
