"""Mistake: the lesson's request unchanged, whatever include_usage says."""
import asyncio
import os

from openai import AsyncOpenAI


async def main(prompt):
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    stream = await client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": True},
    )
    text, usage = "", None
    async for chunk in stream:
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    return text, usage


def stream_reply(prompt, include_usage):
    return asyncio.run(main(prompt))
