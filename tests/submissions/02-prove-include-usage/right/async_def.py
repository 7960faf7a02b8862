"""Style: an async function with AsyncOpenAI and async for."""
import os
from openai import AsyncOpenAI


async def stream_reply(prompt, include_usage):
    kwargs = dict(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    )
    if include_usage:
        kwargs["stream_options"] = {"include_usage": True}

    parts = []
    usage = None
    async with AsyncOpenAI(
        base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"]
    ) as client:
        async for chunk in await client.chat.completions.create(**kwargs):
            if chunk.usage:
                usage = chunk.usage
            if not chunk.choices:
                continue
            content = chunk.choices[0].delta.content
            if content:
                parts.append(content)
                print(content, end="", flush=True)
    return "".join(parts), usage
