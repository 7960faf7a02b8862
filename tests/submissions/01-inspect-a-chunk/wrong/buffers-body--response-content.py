"""Streams the request, then takes response.content and goes through it."""
import json
import os

import requests


def inspect_stream(prompt: str) -> dict:
    url = os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions"
    headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    deltas, pieces, reason = [], [], None

    with requests.post(url, headers=headers, json=body, stream=True) as response:
        response.raise_for_status()
        for line in response.content.splitlines():
            match line.decode("utf-8").split(": ", 1):
                case ["data", "[DONE]"]:
                    break
                case ["data", payload]:
                    chunk = json.loads(payload)
                case _:
                    continue
            match chunk:
                case {"choices": [{"delta": {"content": str(piece)}}]}:
                    pieces.append(piece)
                    print(piece, end="", flush=True)
            match chunk:
                case {"choices": [{"delta": delta, "finish_reason": str(found)}]}:
                    reason = found
                    deltas.append(delta)
                case {"choices": [{"delta": delta}]}:
                    deltas.append(delta)
    print()
    return {"deltas": deltas, "text": "".join(pieces), "finish_reason": reason}
