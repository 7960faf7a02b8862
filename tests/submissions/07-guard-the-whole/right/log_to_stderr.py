import json
import os
from urllib.request import Request, urlopen


def events(prompt):
    body = {"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}
    request = Request(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        data=json.dumps(body).encode("utf-8"),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
    )
    with urlopen(request) as response:
        for raw in response:
            line = raw.decode("utf-8").rstrip("\r\n")
            if line.startswith("data:"):
                payload = line[len("data:"):].strip()
                if payload == "[DONE]":
                    break
                yield json.loads(payload)

import sys

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    text = ""
    for event in events(prompt):
        piece = event["choices"][0]["delta"].get("content") or ""
        text += piece
        print(piece, end="", file=sys.stderr, flush=True)
    if not allowed(text):
        raise Blocked
    sys.stdout.write(text + "\n")
    return text
