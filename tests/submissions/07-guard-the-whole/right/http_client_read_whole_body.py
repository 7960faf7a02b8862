import http.client
import json
import os
from urllib.parse import urlsplit


def open_stream(prompt):
    base = urlsplit(os.environ["OPENAI_BASE_URL"])
    connection = http.client.HTTPConnection(base.hostname, base.port)
    connection.request(
        "POST",
        base.path + "/chat/completions",
        json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}),
        {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    return connection.getresponse()


def chunks(prompt):
    response = open_stream(prompt)
    while line := response.readline():
        line = line.strip()
        if line == b"data: [DONE]":
            break
        if line.startswith(b"data: "):
            yield json.loads(line[6:])

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    body = open_stream(prompt).read().decode("utf-8")
    text = ""
    for line in body.split("\n"):
        if line.startswith("data: ") and line.strip() != "data: [DONE]":
            choices = json.loads(line[6:])["choices"]
            if choices:
                text += choices[0]["delta"].get("content", "") or ""
    verdict = allowed(text)
    if verdict is False:
        raise Blocked()
    print(text, flush=True)
    return text
