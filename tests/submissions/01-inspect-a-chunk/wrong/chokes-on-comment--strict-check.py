"""Raises on a line that is neither blank nor data."""
import json
import os
import urllib.request


def inspect_stream(prompt: str) -> dict:
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        data=json.dumps({
            "model": os.environ["MODEL"],
            "messages": [{"role": "user", "content": prompt}],
            "stream": True,
        }).encode("utf-8"),
        headers={
            "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"],
            "Content-Type": "application/json",
        },
        method="POST",
    )
    deltas, text, reason = [], "", None
    with urllib.request.urlopen(request, timeout=60) as response:
        for raw_line in response:
            line = raw_line.decode("utf-8").rstrip("\r\n")
            if line == "":
                continue
            assert line.startswith("data: "), line
            payload = line.removeprefix("data: ")
            if payload == "[DONE]":
                break
            choice = json.loads(payload)["choices"][0]
            deltas.append(choice["delta"])
            if piece := choice["delta"].get("content"):
                text += piece
                print(piece, end="", flush=True)
            reason = choice.get("finish_reason") or reason
    print()
    return dict(deltas=deltas, text=text, finish_reason=reason)
