"""Challenge 06: thinking aside."""

from common import MODEL

import asyncio

from openai import AsyncOpenAI


async def _run(prompt):
    ans, why = [], []
    out: asyncio.Queue = asyncio.Queue(1)

    async def writer():
        while True:
            p = await out.get()
            print(p, end="", flush=True)
            out.task_done()

    w = asyncio.create_task(writer())
    stream = await AsyncOpenAI(max_retries=0).chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    async for chunk in stream:
        d = chunk.choices[0].delta
        why.append(getattr(d, "reasoning_content", None) or getattr(d, "reasoning", None) or "")
        if d.content is not None:
            ans.append(d.content)
            await out.put(d.content)
    await out.join()
    w.cancel()
    return "".join(ans), "".join(why)


def answer_only(prompt: str) -> tuple[str, str]:
    return asyncio.run(_run(prompt))
