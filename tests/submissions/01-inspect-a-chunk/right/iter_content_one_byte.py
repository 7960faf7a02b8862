"""requests, one byte at a time; slow, but nothing can go wrong between two reads."""
import json
import os

import requests


def inspect_stream(prompt):
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    auth = {"Authorization": "Bearer %s" % os.environ["OPENAI_API_KEY"]}
    url = "%s/chat/completions" % os.environ["OPENAI_BASE_URL"].rstrip("/")
    deltas = []
    finish_reason = None
    line = bytearray()
    with requests.post(url, json=body, headers=auth, stream=True, timeout=60) as response:
        response.raise_for_status()
        for byte in response.iter_content(chunk_size=1):
            if byte != b"\n":
                line += byte
                continue
            current, line = bytes(line).strip(b"\r"), bytearray()
            if current == b"data: [DONE]":
                break
            if current.startswith(b"data: "):
                chunk = json.loads(current[6:].decode("utf-8"))
                print(chunk["choices"][0]["delta"], flush=True)
                deltas.append(chunk["choices"][0]["delta"])
                if chunk["choices"][0]["finish_reason"] is not None:
                    finish_reason = chunk["choices"][0]["finish_reason"]
    pieces = [delta["content"] for delta in deltas if delta.get("content")]
    return {"deltas": deltas, "text": "".join(pieces), "finish_reason": finish_reason}
