"""Mistake: None is put into the list with the pieces, and join fails on it at the end."""
import asyncio
import os

from openai import AsyncOpenAI


async def _go(prompt, include_usage):
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    pieces, usage = [], None
    async for chunk in await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ):
        if chunk.usage:
            usage = chunk.usage
        if chunk.choices:
            pieces.append(chunk.choices[0].delta.content)
            print(pieces[-1], end="", flush=True)
    return "".join(pieces), usage


def stream_reply(prompt, include_usage):
    return asyncio.run(_go(prompt, include_usage))
