import os, json, asyncio, httpx2
def inspect_stream(prompt):
    async def go():
        async with httpx2.AsyncClient() as c:
            await c.post(os.environ["OPENAI_BASE_URL"])
    go()
    return {"deltas": [], "text": "", "finish_reason": None}
