import os

from openai import AsyncOpenAI


async def ask(prompt: str, reader: str) -> str:
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    wanted = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]}
    match reader:
        case "program":
            reply = await client.chat.completions.create(**wanted)
            return reply.choices[0].message.content
        case "human":
            said = []
            async for chunk in await client.chat.completions.create(**wanted, stream=True):
                if chunk.choices and (piece := chunk.choices[0].delta.content):
                    said.append(piece)
                    print(piece, end="", flush=True)
            return "".join(said)
        case _:
            raise ValueError(f"who is {reader!r}?")
