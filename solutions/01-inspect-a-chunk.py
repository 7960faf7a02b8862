import json
import os

import requests


def inspect_stream(prompt: str) -> dict:
    response = requests.post(
        f"{os.environ['OPENAI_BASE_URL']}/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={
            "model": os.environ["MODEL"],
            "messages": [{"role": "user", "content": prompt}],
            "stream": True,  # asks the server for a stream
        },
        stream=True,  # asks requests not to read the body before we do
        timeout=60,
    )
    response.raise_for_status()

    deltas, finish_reason = [], None
    for line in response.iter_lines():  # bytes: cut at LF, CR and CRLF only
        if not line.startswith(b"data: "):
            continue  # a blank line, or a comment
        payload = line.removeprefix(b"data: ")
        if payload == b"[DONE]":
            break
        chunk = json.loads(payload)
        print(chunk, flush=True)
        choice = chunk["choices"][0]
        deltas.append(choice["delta"])
        finish_reason = choice.get("finish_reason") or finish_reason  # some servers leave the key out

    text = "".join(delta.get("content") or "" for delta in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}


if __name__ == "__main__":
    print(inspect_stream("Count from 1 to 10 slowly."))
