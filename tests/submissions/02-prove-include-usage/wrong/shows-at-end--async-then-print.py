"""Mistake: the coroutine only collects; the caller prints what it got in one go."""
import asyncio
import os

from openai import AsyncOpenAI


async def collect(prompt, include_usage):
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    async for chunk in await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ):
        if chunk.usage:
            usage = chunk.usage
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
    return text, usage


def stream_reply(prompt: str, include_usage: bool):
    text, usage = asyncio.run(collect(prompt, include_usage))
    print(text, "\n\nusage:", usage, flush=True)
    return text, usage
