import time

from common import MODEL
from openai import AsyncOpenAI


async def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = AsyncOpenAI()
    start = time.perf_counter()
    reply = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if not stream:
        total = time.perf_counter() - start
        return total, total
    pieces = [chunk.choices[0].delta.content async for chunk in reply]
    for piece in pieces:
        if piece:
            first = time.perf_counter() - start
            break
    return first, time.perf_counter() - start
