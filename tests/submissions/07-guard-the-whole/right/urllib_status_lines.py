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

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    print("one moment, the answer is being written ...", flush=True)
    parts = []
    for number, event in enumerate(events(prompt), 1):
        print("\rreceived", number, "events", end="", flush=True)
        for choice in event["choices"]:
            parts.append(choice["delta"].get("content") or "")
    print("\nchecking the answer ...", flush=True)
    text = "".join(parts)
    if not allowed(text):
        print("Sorry, I cannot show this answer.")
        raise Blocked("the guard said no")
    print(text)
    return text
