import os
import time

from openai import AsyncOpenAI


async def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    messages = [{"role": "user", "content": prompt}]
    start = time.perf_counter()
    if not stream:
        await client.chat.completions.create(model=os.environ["MODEL"], messages=messages)
        elapsed = time.perf_counter() - start
        return elapsed, elapsed

    first = 0.0
    async for chunk in await client.chat.completions.create(model=os.environ["MODEL"], messages=messages, stream=True):
        for choice in chunk.choices:
            if choice.delta.content and not first:
                first = time.perf_counter() - start
    return first, time.perf_counter() - start
