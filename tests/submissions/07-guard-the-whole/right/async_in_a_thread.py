import asyncio
import os
from collections.abc import Callable

from openai import AsyncOpenAI

class Blocked(Exception):
    """The reply is not allowed to be shown."""

async def guarded_reply(prompt: str, allowed: Callable[[str], bool]) -> str:
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    text = ""
    async for chunk in await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
    if not await asyncio.to_thread(allowed, text):
        raise Blocked
    print(text)
    return text
