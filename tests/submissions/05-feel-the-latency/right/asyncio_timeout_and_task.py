import asyncio
import time

from common import MODEL
from openai import AsyncOpenAI


async def first_and_total(prompt, stream):
    client = AsyncOpenAI(timeout=20, max_retries=0)
    start = time.perf_counter()
    async with asyncio.timeout(30):
        reply = await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
        )
        first = None
        if stream:
            async for chunk in reply:
                if chunk.choices[0].delta.content:
                    first = first or time.perf_counter() - start
    total = time.perf_counter() - start
    return first or total, total


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    async def main():
        return await asyncio.create_task(first_and_total(prompt, stream))

    return asyncio.run(main())
