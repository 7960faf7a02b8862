"""One blocking request; the message is handed back as if it were the only delta."""
import os

import requests


def inspect_stream(prompt: str) -> dict:
    response = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]},
        timeout=60,
    )
    response.raise_for_status()
    choice = response.json()["choices"][0]
    text = choice["message"]["content"]
    print(text, flush=True)
    return {"deltas": [choice["message"]], "text": text, "finish_reason": choice["finish_reason"]}
