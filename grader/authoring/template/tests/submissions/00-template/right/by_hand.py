"""Style: requests and json, no SDK."""

import json
import os

import requests


def template_function(prompt):
    pieces = []
    with requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    ) as response:
        for line in response.iter_lines():
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                piece = json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
                print(piece, end="", flush=True)
                pieces.append(piece)
    return "".join(pieces).rsplit(None, 1)[-1]
