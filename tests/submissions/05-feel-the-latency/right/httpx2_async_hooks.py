import asyncio
import json
import os
import time

import httpx2


async def time_reply(prompt, stream):
    marks = {}

    async def sent(request):
        marks["start"] = time.perf_counter_ns()

    async with httpx2.AsyncClient(event_hooks={"request": [sent]}, timeout=None) as c:
        async with c.stream(
            "POST",
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            json={"model": os.environ["MODEL"], "stream": stream, "messages": [{"role": "user", "content": prompt}]},
        ) as r:
            if stream:
                async for line in r.aiter_lines():
                    if (
                        line.startswith("data: {")
                        and "first" not in marks
                        and json.loads(line[6:])["choices"][0]["delta"].get("content")
                    ):
                        marks["first"] = time.perf_counter_ns()
            else:
                await r.aread()
    marks["end"] = time.perf_counter_ns()
    marks.setdefault("first", marks["end"])
    return (marks["first"] - marks["start"]) / 1e9, (marks["end"] - marks["start"]) / 1e9
