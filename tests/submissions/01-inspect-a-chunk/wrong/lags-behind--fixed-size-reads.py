"""Mistake: read(1024) waits until so many bytes have come, which takes several events."""
import http.client
import json
import os
from urllib.parse import urlsplit


def inspect_stream(prompt: str) -> dict:
    base = urlsplit(os.environ["OPENAI_BASE_URL"])
    connection = http.client.HTTPConnection(base.hostname, base.port)
    body = {"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"}
    connection.request("POST", base.path + "/chat/completions", json.dumps(body), headers)
    response = connection.getresponse()
    deltas, finish, buffer, done = [], None, b"", False
    while not done:
        read = response.read(1024)
        if not read:
            break
        buffer += read
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            line = line.rstrip(b"\r")
            if line == b"data: [DONE]":
                done = True
                break
            if line.startswith(b"data: "):
                chunk = json.loads(line[6:])
                print(chunk, flush=True)
                deltas.append(chunk["choices"][0]["delta"])
                finish = chunk["choices"][0]["finish_reason"] or finish
    return {"deltas": deltas, "text": "".join(d.get("content") or "" for d in deltas), "finish_reason": finish}
