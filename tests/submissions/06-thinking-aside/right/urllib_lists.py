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

NAMES = ("reasoning", "reasoning_content")


def answer_only(prompt: str) -> tuple[str, str]:
    said: list[str] = []
    thought: list[str] = []
    for event in events(prompt):
        if not event["choices"]:
            continue
        delta = event["choices"][0].get("delta", {})
        for name in NAMES:
            if delta.get(name):
                thought.append(delta[name])
        if delta.get("content") is not None:
            said.append(delta["content"])
            print(delta["content"], end="", flush=True)
    print()
    return ("".join(said), "".join(thought))
