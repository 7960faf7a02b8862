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

def answer_only(prompt):
    thought, said = [], []
    for event in events(prompt):
        delta = event["choices"][0]["delta"]
        thought.append(delta.get("reasoning_content") or delta.get("reasoning") or "")
        said.append(delta.get("content") or "")
        print(said[-1], end="", flush=True)
    return "".join(thought), "".join(said)
