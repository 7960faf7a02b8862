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
    answer, reasoning = "", ""
    for event in events(prompt):
        delta = event["choices"][0]["delta"]
        thought = delta.get("reasoning") or delta.get("reasoning_content")
        if thought:
            reasoning += thought
            print("[thinking]", repr(thought), flush=True)
        if delta.get("content"):
            answer += delta["content"]
            print(delta["content"], end="", flush=True)
    return answer, reasoning
