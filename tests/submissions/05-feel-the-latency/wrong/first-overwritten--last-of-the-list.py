import json
import os
import time
from urllib.request import Request, urlopen


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    body = json.dumps({"model": os.environ["MODEL"], "stream": stream,
                       "messages": [{"role": "user", "content": prompt}]})
    request = Request(os.environ["OPENAI_BASE_URL"] + "/chat/completions", body.encode(),
                      {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
    start = time.perf_counter()
    stamps = {}
    with urlopen(request) as response:
        for line in response:
            if stream and line.startswith(b"data: {"):
                if json.loads(line[6:])["choices"][0]["delta"].get("content"):
                    stamps["first"] = time.perf_counter() - start
    stamps["total"] = time.perf_counter() - start
    return stamps.get("first", stamps["total"]), stamps["total"]
