"""One blocking request, then typed out word by word so that it looks like a stream."""
import json
import os
import re
import time
import urllib.request

from common import MODEL


def inspect_stream(prompt):
    req = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        data=json.dumps({"model": MODEL, "messages": [{"role": "user", "content": prompt}]}).encode(),
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(req) as resp:
        choice = json.load(resp)["choices"][0]
    deltas = [{"role": "assistant"}]
    for word in re.findall(r"\s*\S+\s*", choice["message"]["content"]):
        print(word, end="", flush=True)
        time.sleep(0.02)
        deltas.append({"content": word})
    deltas.append({})
    text = "".join(delta.get("content", "") for delta in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": choice["finish_reason"]}
