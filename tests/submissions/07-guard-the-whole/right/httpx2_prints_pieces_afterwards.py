import json
import os

import httpx2


def stream(prompt):
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
    url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
    with httpx2.Client(timeout=30) as client, client.stream("POST", url, json=body, headers=headers) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith("data: ") and line != "data: [DONE]":
                yield json.loads(line[6:])

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    pieces = [c["delta"]["content"] for chunk in stream(prompt) for c in chunk["choices"] if c["delta"].get("content")]
    if not allowed("".join(pieces)):
        raise Blocked
    for piece in pieces:
        print(piece, end="", flush=True)
    print()
    return "".join(pieces)
