"""httpx2, iter_bytes and an own line buffer (iter_lines would cut at U+2028)."""
import json
import os

import httpx2


def split_lines(reads):
    buffer = b""
    for read in reads:
        buffer += read
        lines = buffer.split(b"\n")
        buffer = lines.pop()
        yield from (line.rstrip(b"\r") for line in lines)


def inspect_stream(prompt: str) -> dict:
    deltas: list[dict] = []
    finish_reason: str | None = None
    with httpx2.Client(base_url=os.environ["OPENAI_BASE_URL"], timeout=60) as client:
        with client.stream(
            "POST",
            "chat/completions",
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            json={
                "model": os.environ["MODEL"],
                "messages": [{"role": "user", "content": prompt}],
                "stream": True,
            },
        ) as response:
            response.raise_for_status()
            for line in split_lines(response.iter_bytes()):
                if not line.startswith(b"data: "):
                    continue
                payload = line[6:]
                if payload == b"[DONE]":
                    break
                chunk = json.loads(payload)
                print(repr(chunk), flush=True)
                deltas.append(chunk["choices"][0]["delta"])
                if chunk["choices"][0]["finish_reason"]:
                    finish_reason = chunk["choices"][0]["finish_reason"]
    return {
        "deltas": deltas,
        "text": "".join(delta.get("content") or "" for delta in deltas),
        "finish_reason": finish_reason,
    }
