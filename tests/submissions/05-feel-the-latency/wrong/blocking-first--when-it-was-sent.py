import http.client
import json
import os
import time
from urllib.parse import urlsplit


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    conn = http.client.HTTPConnection(url.hostname, url.port)
    body = json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream})
    start = time.perf_counter()
    conn.request("POST", url.path + "/chat/completions", body, {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
    first = time.perf_counter() - start
    response = conn.getresponse()
    if stream:
        first = None
        while line := response.readline():
            if line.startswith(b"data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content"):
                if first is None:
                    first = time.perf_counter() - start
    else:
        response.read()
    return first, time.perf_counter() - start
