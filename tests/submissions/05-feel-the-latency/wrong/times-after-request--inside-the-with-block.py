import json
import os
import time

import httpx2


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream}
    with httpx2.stream("POST", url, json=body, headers=headers, timeout=60) as response:
        start = time.perf_counter()
        first = None
        for line in response.iter_lines():
            if line.startswith("data: {"):
                if json.loads(line[6:])["choices"][0]["delta"].get("content") and first is None:
                    first = time.perf_counter() - start
        total = time.perf_counter() - start
    return (first, total) if stream else (total, total)
