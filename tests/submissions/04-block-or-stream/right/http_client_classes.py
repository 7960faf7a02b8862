import http.client
import json
import os
from abc import ABC, abstractmethod
from urllib.parse import urlsplit


class Reader(ABC):
    stream: bool

    def request(self, prompt):
        url = urlsplit(os.environ["OPENAI_BASE_URL"])
        connection = http.client.HTTPConnection(url.netloc)
        body = {"model": os.environ["MODEL"], "stream": self.stream, "messages": [{"role": "user", "content": prompt}]}
        connection.request("POST", url.path + "/chat/completions", json.dumps(body), {
            "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"})
        return connection.getresponse()

    @abstractmethod
    def read(self, response) -> str: ...


class Human(Reader):
    stream = True

    def read(self, response):
        text = ""
        while line := response.fp.readline() if False else response.readline():
            if not line.startswith(b"data: ") or b"[DONE]" in line:
                continue
            delta = json.loads(line[6:])["choices"][0]["delta"]
            text += delta.get("content", "") or ""
            print(delta.get("content", "") or "", end="", flush=True)
        return text


class Program(Reader):
    stream = False

    def read(self, response):
        return json.loads(response.read())["choices"][0]["message"]["content"]


def ask(prompt, reader):
    it = {"human": Human, "program": Program}[reader]()
    return it.read(it.request(prompt))
