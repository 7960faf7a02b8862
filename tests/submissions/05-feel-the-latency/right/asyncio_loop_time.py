import asyncio

from common import MODEL
from openai import AsyncOpenAI


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    return asyncio.run(measure(prompt, stream))


async def measure(prompt, stream):
    clock = asyncio.get_running_loop().time
    async with AsyncOpenAI() as client:
        t_request = clock()
        reply = await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
        )
        if stream:
            t_first = None
            async for chunk in reply:
                has_text = bool(chunk.choices) and bool(chunk.choices[0].delta.content)
                if has_text and t_first is None:
                    t_first = clock()
            t_done = clock()
        else:
            t_first = t_done = clock()
    return t_first - t_request, t_done - t_request
