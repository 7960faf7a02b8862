"""Mistake: an httpx2 AsyncClient instead of the SDK; the usage is put into the SDK's class afterwards."""
import json
import os

import httpx2
from openai.types import CompletionUsage


async def stream_reply(prompt: str, include_usage: bool):
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        body["stream_options"] = {"include_usage": True}
    headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    url = f"{os.environ['OPENAI_BASE_URL']}/chat/completions"
    text, usage = "", None
    async with httpx2.AsyncClient(timeout=60) as http:
        async with http.stream("POST", url, json=body, headers=headers) as response:
            async for line in response.aiter_lines():
                if not line.startswith("data:"):
                    continue
                data = line[5:].strip()
                if data == "[DONE]":
                    break
                chunk = json.loads(data)
                if chunk.get("usage"):
                    usage = CompletionUsage.model_validate(chunk["usage"])
                for choice in chunk["choices"]:
                    piece = choice["delta"].get("content") or ""
                    text += piece
                    print(piece, end="", flush=True)
    return text, usage
