import os

from openai import AsyncOpenAI


async def answer_only(prompt: str) -> tuple[str, str]:
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    answer, reasoning = [], []
    stream = await client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    )
    async for chunk in stream:
        if chunk.choices:
            delta = chunk.choices[0].delta
            thought = getattr(delta, "reasoning", None)
            if thought is None:
                thought = getattr(delta, "reasoning_content", None)
            if thought:
                reasoning.append(thought)
            if delta.content:
                answer.append(delta.content)
                print(delta.content, end="", flush=True)
    return "".join(answer), "".join(reasoning)
