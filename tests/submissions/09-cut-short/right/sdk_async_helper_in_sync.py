import asyncio
import os

import openai


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


async def collect(prompt, patience):
    """The text so far, and the finish reason if there was one."""
    got, why = [], None
    async with openai.AsyncOpenAI(
        base_url=os.environ["OPENAI_BASE_URL"],
        api_key=os.environ["OPENAI_API_KEY"],
        timeout=patience,
        max_retries=0,
    ) as client:
        try:
            async with client.chat.completions.stream(
                model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}]
            ) as stream:
                async for event in stream:
                    if event.type == "chunk":
                        for choice in event.chunk.choices:
                            got.append(choice.delta.content or "")
                            why = choice.finish_reason or why
        except openai.APIError as error:
            print(f"[{type(error).__name__}]")
    return "".join(got), why


def read_reply(prompt: str, patience: float) -> str:
    text, why = asyncio.run(collect(prompt, patience))
    if why != "stop":
        raise CutShort(text)
    return text
