"""A plain def that calls asyncio.run on an async generator pipeline."""
import asyncio
import json
import os

import httpx2

from common import MODEL


async def payloads(prompt):
    async with httpx2.AsyncClient(timeout=None) as client:
        async with client.stream(
            "POST",
            f"{os.environ['OPENAI_BASE_URL'].rstrip('/')}/chat/completions",
            headers={"authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            json={"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True},
        ) as resp:
            resp.raise_for_status()
            buffer = b""
            async for read in resp.aiter_bytes():
                buffer += read
                while b"\n" in buffer:
                    line, _, buffer = buffer.partition(b"\n")
                    if line.startswith(b"data: "):
                        yield line[6:].strip()


async def collect(prompt):
    choices = []
    stream = payloads(prompt)
    async for payload in stream:
        if payload == b"[DONE]":
            break
        choices.append(json.loads(payload)["choices"][0])
        print(choices[-1], flush=True)
    await stream.aclose()
    return choices


def inspect_stream(prompt):
    choices = asyncio.run(collect(prompt))
    deltas = [choice["delta"] for choice in choices]
    reasons = [choice["finish_reason"] for choice in choices if choice["finish_reason"]]
    return {
        "deltas": deltas,
        "text": "".join(delta.get("content") or "" for delta in deltas),
        "finish_reason": reasons[-1] if reasons else None,
    }
