import time

import anyio
from common import MODEL
from openai import AsyncOpenAI


def time_reply(prompt, stream):
    async def main():
        send, receive = anyio.create_memory_object_stream(100)
        t0 = time.perf_counter()
        out = {}

        async def producer():
            async with send, AsyncOpenAI() as c:
                r = await c.chat.completions.create(
                    model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
                )
                if stream:
                    async for chunk in r:
                        await send.send(chunk.choices[0].delta.content)
                else:
                    await send.send(r.choices[0].message.content)

        async with anyio.create_task_group() as tg:
            tg.start_soon(producer)
            async for text in receive:
                if text:
                    out.setdefault("first", time.perf_counter() - t0)
        return out["first"], time.perf_counter() - t0

    return anyio.run(main)
