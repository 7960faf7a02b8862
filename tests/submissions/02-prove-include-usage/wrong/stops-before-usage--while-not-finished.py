"""Mistake: a while loop that runs until the reply is finished, and forgets that usage comes after that."""
import os

from openai import AsyncOpenAI


async def stream_reply(prompt: str, include_usage: bool):
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    stream = await client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    )
    reply, usage, finished = "", None, False
    while not finished:
        chunk = await anext(stream)
        usage = chunk.usage or usage
        for choice in chunk.choices:
            if choice.delta.content:
                reply += choice.delta.content
                print(choice.delta.content, end="", flush=True)
            finished = choice.finish_reason == "stop"
    await stream.close()
    return reply, usage
