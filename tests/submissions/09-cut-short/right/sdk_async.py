import os

from openai import APIError, AsyncOpenAI


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


async def read_reply(prompt: str, patience: float) -> str:
    client = AsyncOpenAI(
        base_url=os.environ["OPENAI_BASE_URL"],
        api_key=os.environ["OPENAI_API_KEY"],
        timeout=patience,
        max_retries=0,
    )
    parts, reasons = [], []
    async with client:
        try:
            stream = await client.chat.completions.create(
                model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
            )
            async for chunk in stream:
                for choice in chunk.choices:
                    parts.append(choice.delta.content or "")
                    if choice.finish_reason:
                        reasons.append(choice.finish_reason)
        except APIError:
            ...
    if reasons != ["stop"]:
        raise CutShort("".join(parts))
    return "".join(parts)
