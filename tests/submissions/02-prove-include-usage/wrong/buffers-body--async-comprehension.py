"""Mistake: an async list comprehension swallows the whole stream before the first piece is shown."""
import asyncio
import os

from openai import AsyncOpenAI


async def stream_reply(prompt: str, include_usage: bool):
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    stream = await client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        **kwargs,
    )
    chunks = [chunk async for chunk in stream]
    usages = [c.usage for c in chunks if c.usage is not None]
    pieces = [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]
    for piece in pieces:
        print(piece, end="", flush=True)
        await asyncio.sleep(0.02)
    return "".join(pieces), usages[-1] if usages else None
