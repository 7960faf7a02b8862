"""Challenge 06: thinking aside."""

from common import MODEL

import json
import os

import requests


def answer_only(prompt: str) -> tuple[str, str]:
    answer, reasoning = "", ""
    with requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    ) as r:
        for line in r.iter_lines():
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                delta = json.loads(line[6:])["choices"][0]["delta"]
                if "content" in delta:
                    print(delta["content"] or "", end="", flush=True)
                    answer += delta["content"] or ""
                else:
                    reasoning += delta.get("reasoning_content") or delta.get("reasoning") or ""
    return answer, reasoning
