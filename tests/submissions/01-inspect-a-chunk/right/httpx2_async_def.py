"""httpx2.AsyncClient; the function itself is async."""
import json
import os

import httpx2


async def inspect_stream(prompt: str) -> dict:
    url = os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions"
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
    body = {
        "model": os.environ["MODEL"],
        "messages": [{"role": "user", "content": prompt}],
        "stream": True,
    }
    result = {"deltas": [], "text": "", "finish_reason": None}
    tail = b""
    async with httpx2.AsyncClient(timeout=60) as client:
        async with client.stream("POST", url, headers=headers, json=body) as response:
            response.raise_for_status()
            async for data in response.aiter_raw():
                *lines, tail = (tail + data).split(b"\n")
                for line in lines:
                    line = line.strip().decode("utf-8")
                    if line == "data: [DONE]":
                        return result
                    if not line.startswith("data: "):
                        continue
                    choice = json.loads(line[6:])["choices"][0]
                    result["deltas"].append(choice["delta"])
                    result["finish_reason"] = choice["finish_reason"] or result["finish_reason"]
                    piece = choice["delta"].get("content") or ""
                    result["text"] += piece
                    print(piece, end="", flush=True)
    return result
