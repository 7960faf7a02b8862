import asyncio
import time

from common import MODEL
from openai import AsyncOpenAI


async def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = AsyncOpenAI()
    start = time.perf_counter()
    reply = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if stream:
        chunks = aiter(reply)
        await anext(chunks)
        first = time.perf_counter() - start
        async for _ in chunks:
            pass
        return first, time.perf_counter() - start
    total = time.perf_counter() - start
    return total, total
