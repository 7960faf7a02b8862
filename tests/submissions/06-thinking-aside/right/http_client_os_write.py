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

def answer_only(prompt):
    answer = reasoning = ""
    for chunk in chunks(prompt):
        delta = chunk["choices"][0]["delta"] if chunk["choices"] else {}
        if "reasoning" in delta and delta["reasoning"]:
            reasoning += delta["reasoning"]
        elif "reasoning_content" in delta and delta["reasoning_content"]:
            reasoning += delta["reasoning_content"]
        text = delta.get("content")
        if text:
            os.write(1, text.encode())
            answer += text
    return answer, reasoning
