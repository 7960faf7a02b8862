import json
import os
import time
import urllib.request


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}],
                    "stream": stream}).encode(),
        {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    start = time.perf_counter()
    text = urllib.request.urlopen(request).read().decode()
    first = None
    for line in text.splitlines():
        if line.startswith("data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content"):
            first = first or time.perf_counter() - start
    total = time.perf_counter() - start
    return first or total, total
