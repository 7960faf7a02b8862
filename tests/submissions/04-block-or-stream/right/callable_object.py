"""Challenge 04: block or stream."""

from common import MODEL

import dataclasses
import functools
import sys

import httpx2


@dataclasses.dataclass
class Asker:
    base: str
    key: str

    def __call__(self, prompt: str, reader: str) -> str:
        return getattr(self, f"for_{reader}")(prompt)

    @functools.cached_property
    def client(self):
        return httpx2.Client(base_url=self.base, headers={"Authorization": f"Bearer {self.key}"}, timeout=None)

    def payload(self, prompt, **more):
        return {"model": MODEL, "messages": [{"role": "user", "content": prompt}], **more}

    def for_program(self, prompt):
        return self.client.post("chat/completions", json=self.payload(prompt)).json()["choices"][0]["message"]["content"]

    def for_human(self, prompt):
        import json

        got = []
        with self.client.stream("POST", "chat/completions", json=self.payload(prompt, stream=True)) as r:
            r.raise_for_status()
            for line in r.iter_lines():
                match line.split(":", 1):
                    case ["data", rest] if rest.strip() == "[DONE]":
                        break
                    case ["data", rest]:
                        for choice in json.loads(rest)["choices"]:
                            got.append(choice["delta"].get("content", "") or "")
                            sys.stdout.buffer.write(got[-1].encode())
                            sys.stdout.buffer.flush()
        return "".join(got)


import os

ask = Asker(os.environ["OPENAI_BASE_URL"], os.environ["OPENAI_API_KEY"])
