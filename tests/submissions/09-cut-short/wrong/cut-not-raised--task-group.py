import asyncio
import os

import openai


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


async def consume(stream, result):
    text, finish = "", None
    try:
        async for chunk in stream:
            text += chunk.choices[0].delta.content or ""
            finish = chunk.choices[0].finish_reason or finish
    except openai.APIError:
        pass
    if finish != "stop":
        raise CutShort(text)
    result.append(text)


async def read_reply(prompt: str, patience: float) -> str:
    client = openai.AsyncOpenAI(
        base_url=os.environ["OPENAI_BASE_URL"],
        api_key=os.environ["OPENAI_API_KEY"],
        timeout=patience,
        max_retries=0,
    )
    stream = await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    )
    result = []
    async with asyncio.TaskGroup() as group:
        group.create_task(consume(stream, result))
    return result[0]
