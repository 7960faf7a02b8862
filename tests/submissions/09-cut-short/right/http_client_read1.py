import codecs
import http.client
import json
import os
from urllib.parse import urlsplit


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def lines_of(response):
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""
    while data := response.read1(4096):
        rest += decoder.decode(data)
        *whole, rest = rest.split("\n")
        yield from whole


def read_reply(prompt: str, patience: float) -> str:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=patience)
    text = ""
    finish = "?"
    try:
        connection.request(
            "POST",
            url.path + "/chat/completions",
            body=json.dumps(
                {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
            ),
            headers={
                "Content-Type": "application/json",
                "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"],
            },
        )
        response = connection.getresponse()
        for line in lines_of(response):
            name, _, value = line.partition(":")
            value = value.lstrip()
            if name != "data" or value == "[DONE]":
                continue
            chunk = json.loads(value)
            if chunk.get("error") is not None:
                finish = "error"
                break
            choice = chunk["choices"][0]
            text += choice["delta"].get("content") or ""
            if choice["finish_reason"] is not None:
                finish = choice["finish_reason"]
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()
    if finish != "stop":
        raise CutShort(text)
    return text
