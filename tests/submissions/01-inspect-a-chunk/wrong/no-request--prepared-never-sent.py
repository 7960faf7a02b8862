"""Builds the request and never sends it."""
import json
import os

import requests


def inspect_stream(prompt):
    request = requests.Request(
        "POST",
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
    ).prepare()
    print(request.method, request.url, json.loads(request.body), flush=True)
    deltas = []
    for line in getattr(request, "lines", []):
        deltas.append(json.loads(line[6:]))
    return {"deltas": deltas, "text": "".join(d["content"] for d in deltas), "finish_reason": None}
