"""urllib and io.TextIOWrapper: the response read as a text file."""
import io
import json
import os
from urllib.request import Request, urlopen


def inspect_stream(prompt):
    payload = dict(model=os.environ["MODEL"], stream=True, messages=[dict(role="user", content=prompt)])
    req = Request(os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions", json.dumps(payload).encode())
    req.add_header("Authorization", "Bearer " + os.environ["OPENAI_API_KEY"])
    req.add_header("Content-Type", "application/json")

    out = {"deltas": [], "text": "", "finish_reason": None}
    with io.TextIOWrapper(urlopen(req), encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line == "data: [DONE]":
                break
            if line.startswith("data: "):
                chunk = json.loads(line[6:])
                print(chunk["choices"], flush=True)
                choice = chunk["choices"][0]
                out["deltas"].append(choice["delta"])
                out["text"] += choice["delta"].get("content") or ""
                if choice["finish_reason"]:
                    out["finish_reason"] = choice["finish_reason"]
    return out
