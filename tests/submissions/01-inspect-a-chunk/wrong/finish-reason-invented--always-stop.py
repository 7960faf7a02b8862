"""Returns "stop" without having looked."""
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
    deltas, text = [], ""
    with urllib.request.urlopen(request, timeout=60) as response:
        for raw_line in response:
            line = raw_line.decode("utf-8").rstrip("\r\n")
            if not line.startswith("data: "):
                continue
            payload = line.removeprefix("data: ")
            if payload == "[DONE]":
                break
            choice = json.loads(payload)["choices"][0]
            deltas.append(choice["delta"])
            if piece := choice["delta"].get("content"):
                text += piece
                print(piece, end="", flush=True)
    print()
    return dict(deltas=deltas, text=text, finish_reason="stop")
