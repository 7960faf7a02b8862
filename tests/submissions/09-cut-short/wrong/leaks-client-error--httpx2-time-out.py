import json
import os

import httpx2


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class Reader:
    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.text = ""
        self.finish_reason = None
        self.failed = False

    def take(self, line: str) -> None:
        if not line.startswith("data: ") or line == "data: [DONE]":
            return
        chunk = json.loads(line.removeprefix("data: "))
        self.failed = self.failed or "error" in chunk
        for choice in chunk.get("choices", []):
            self.text += choice["delta"].get("content") or ""
            self.finish_reason = choice["finish_reason"] or self.finish_reason

    def run(self, prompt: str) -> None:
        with httpx2.stream(
            "POST",
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            timeout=self.patience,
        ) as response:
            for line in response.iter_lines():
                self.take(line)


def read_reply(prompt: str, patience: float) -> str:
    reader = Reader(patience)
    try:
        reader.run(prompt)
    except httpx2.NetworkError:
        pass
    if reader.failed or reader.finish_reason != "stop":
        raise CutShort(reader.text)
    return reader.text
