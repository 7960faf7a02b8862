"""Challenge 06: thinking aside."""

from common import MODEL

import json
import os

import anyio
import httpx2


def answer_only(prompt: str) -> tuple[str, str]:
    a, r = [], []

    async def run():
        async with httpx2.AsyncClient(base_url=os.environ["OPENAI_BASE_URL"]) as c:
            send, receive = anyio.create_memory_object_stream(100)

            async def read():
                async with send, c.stream(
                    "POST",
                    "/chat/completions",
                    json={"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True},
                    headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
                ) as resp:
                    async for line in resp.aiter_lines():
                        if line.startswith("data:") and "[DONE]" not in line:
                            await send.send(json.loads(line[5:]))

            async with anyio.create_task_group() as tg:
                tg.start_soon(read)
                async for chunk in receive:
                    for ch in chunk["choices"]:
                        d = ch["delta"]
                        r.append(d.get("reasoning_content") or d.get("reasoning") or "")
                        if d.get("content"):
                            a.append(d["content"])
                            print(d["content"], end="", flush=True)

    anyio.run(run)
    return "".join(a), "".join(r)
