import json
import os

import requests


def stream(prompt):
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    )
    response.raise_for_status()
    for line in response.iter_lines():
        if line.startswith(b"data: "):
            if line == b"data: [DONE]":
                return
            yield json.loads(line[6:])["choices"][0]


def inspect_stream(prompt):
    deltas, finish_reason = [], None
    os.system('cls' if os.name == 'nt' else 'clear')
    os.system('')
    for choice in stream(prompt):
        deltas.append(choice["delta"])
        finish_reason = choice.get("finish_reason") or finish_reason
        print(choice['delta'], flush=True)
    text = "".join(delta.get("content") or "" for delta in deltas)

    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
