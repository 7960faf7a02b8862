"""Turns every byte into a character."""
import json
import os
import sys
from http.client import HTTPConnection
from urllib.parse import urlparse

from common import MODEL


def lines_of(response):
    pending = bytearray()
    while data := response.read1(4096):
        pending.extend(data)
        while (end := pending.find(b"\n")) >= 0:
            yield bytes(pending[:end]).removesuffix(b"\r")
            del pending[: end + 1]


def inspect_stream(prompt):
    base = urlparse(os.environ["OPENAI_BASE_URL"].rstrip("/"))
    connection = HTTPConnection(base.netloc)
    connection.request(
        "POST",
        base.path + "/chat/completions",
        json.dumps({"model": MODEL, "stream": True, "messages": [{"role": "user", "content": prompt}]}),
        {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
    )
    deltas, pieces, finish = [], [], None
    for line in lines_of(connection.getresponse()):
        kind, _, value = line.partition(b": ")
        if kind != b"data":
            continue
        if value == b"[DONE]":
            break
        (choice,) = json.loads("".join(map(chr, value)))["choices"]
        deltas.append(choice["delta"])
        if choice["finish_reason"]:
            finish = choice["finish_reason"]
        content = choice["delta"].get("content")
        if content:
            pieces.append(content)
            sys.stdout.buffer.write(content.encode("utf-8"))
            sys.stdout.buffer.flush()
    connection.close()
    return {"deltas": deltas, "text": "".join(pieces), "finish_reason": finish}
