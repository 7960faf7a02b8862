"""One HTTP chunk is taken for whole lines."""
import asyncio
import json
import os
from urllib.parse import urlsplit


async def read_http_chunk(reader):
    size = int((await reader.readline()).strip(), 16)
    data = await reader.readexactly(size)
    await reader.readline()
    return data


async def inspect_stream(prompt):
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    body = json.dumps({
        "model": os.environ["MODEL"],
        "messages": [{"role": "user", "content": prompt}],
        "stream": True,
    })
    writer.write("\r\n".join([
        f"POST {url.path.rstrip('/')}/chat/completions HTTP/1.1",
        f"Host: {url.hostname}:{url.port}",
        f"Authorization: Bearer {os.environ['OPENAI_API_KEY']}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "", body,
    ]).encode("utf-8"))
    await writer.drain()
    await reader.readuntil(b"\r\n\r\n")

    result = {"deltas": [], "text": "", "finish_reason": None}
    running = True
    while running and (data := await read_http_chunk(reader)):
        for line in data.split(b"\n"):
            line = line.decode("utf-8", errors="replace").rstrip("\r")
            if line == "data: [DONE]":
                running = False
                break
            if line.startswith("data: "):
                choice = json.loads(line[6:])["choices"][0]
                result["deltas"].append(choice["delta"])
                result["text"] += choice["delta"].get("content") or ""
                result["finish_reason"] = choice["finish_reason"] or result["finish_reason"]
                print(choice["delta"].get("content") or "", end="", flush=True)
    writer.close()
    return result
