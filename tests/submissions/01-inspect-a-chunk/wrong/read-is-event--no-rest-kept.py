"""Splits each read into lines, but keeps no unfinished line for the next read."""
import codecs
import json
import os

import httpx2


def split_lines(reads):
    decoder = codecs.getincrementaldecoder("utf-8")()
    for read in reads:
        yield from (line.rstrip("\r") for line in decoder.decode(read).split("\n"))


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
                if not line.startswith("data: "):
                    continue
                payload = line[6:]
                if payload == "[DONE]":
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
