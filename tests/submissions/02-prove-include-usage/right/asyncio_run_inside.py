"""Style: a plain def that runs its own coroutine with asyncio.run."""
import asyncio
import os
import sys

from openai import AsyncOpenAI, omit


async def _run(prompt, include_usage):
    client = AsyncOpenAI(api_key=os.getenv("OPENAI_API_KEY"), base_url=os.getenv("OPENAI_BASE_URL"))
    stream = await client.chat.completions.create(
        model=os.getenv("MODEL"),
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": True} if include_usage else omit,
    )
    text, last_usage = "", None
    async for event in stream:
        if event.usage is not None:
            last_usage = event.usage
        if event.choices:
            delta = event.choices[0].delta
            if delta.content:
                text += delta.content
                sys.stdout.write(delta.content)
                sys.stdout.flush()
    await client.close()
    return text, last_usage


def stream_reply(prompt: str, include_usage: bool):
    return asyncio.run(_run(prompt, include_usage))
