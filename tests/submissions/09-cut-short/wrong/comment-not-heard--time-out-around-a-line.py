import asyncio
import json
import os

import httpx2


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


async def read_reply(prompt: str, patience: float) -> str:
    text, finish = "", None
    try:
        async with httpx2.AsyncClient(timeout=None) as client:
            async with client.stream(
                "POST",
                os.environ["OPENAI_BASE_URL"] + "/chat/completions",
                headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
                json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            ) as response:
                lines = response.aiter_lines()
                while finish is None:
                    async with asyncio.timeout(patience):
                        line = await anext(lines)
                    if line.startswith("data: {"):
                        chunk = json.loads(line[6:])
                        if "error" in chunk:
                            break
                        text += chunk["choices"][0]["delta"].get("content") or ""
                        finish = chunk["choices"][0]["finish_reason"] or finish
    except (StopAsyncIteration, TimeoutError, httpx2.TransportError):
        pass
    if finish != "stop":
        raise CutShort(text)
    return text
