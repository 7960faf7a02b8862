"""Mistake: puts every new piece in front of the text."""
import os

from openai import AsyncOpenAI


async def stream_reply(prompt, include_usage):
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    reply, usage = "", None
    async for chunk in await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ):
        if chunk.usage:
            usage = chunk.usage
        for choice in chunk.choices:
            if choice.delta.content:
                print(choice.delta.content, end="", flush=True)
                reply = choice.delta.content + reply
    return reply, usage
