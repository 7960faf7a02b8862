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
    while response.readline():
        pass
    total = time.perf_counter() - start
    return first if stream else total, total
