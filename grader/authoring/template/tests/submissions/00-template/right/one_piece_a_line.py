"""Style: async SDK; one piece a line, with a number."""

import os

from openai import AsyncOpenAI


async def template_function(prompt):
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    text = ""
    stream = await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    )
    number = 0
    async for chunk in stream:
        for choice in chunk.choices:
            number += 1
            print(number, choice.delta.content or "", flush=True)
            text += choice.delta.content or ""
    *_, last = text.split()
    return last
