import json
import os
import time
import urllib.request


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(body).encode(),
        {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
    )
    started = time.monotonic()
    first = None
    with urllib.request.urlopen(request) as reply:
        for line in reply:
            if not line.startswith(b"data: {"):
                continue
            delta = json.loads(line[6:])["choices"][0]["delta"]
            if "content" in delta and first is None:
                first = time.monotonic() - started
    total = time.monotonic() - started
    return (total if first is None else first), total
