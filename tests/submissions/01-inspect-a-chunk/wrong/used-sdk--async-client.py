"""AsyncOpenAI in an async def."""
import os

from openai import AsyncOpenAI


async def inspect_stream(prompt: str) -> dict:
    result = {"deltas": [], "text": "", "finish_reason": None}
    async with AsyncOpenAI() as client:
        stream = await client.chat.completions.create(
            model=os.environ["MODEL"],
            messages=[{"role": "user", "content": prompt}],
            stream=True,
        )
        async for chunk in stream:
            print(chunk.model_dump_json(), flush=True)
            choice = chunk.choices[0]
            result["deltas"].append(choice.delta.to_dict(mode="json"))
            result["text"] += choice.delta.content or ""
            result["finish_reason"] = choice.finish_reason or result["finish_reason"]
    return result
