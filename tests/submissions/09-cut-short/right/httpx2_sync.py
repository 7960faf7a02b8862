import json
import os
from dataclasses import dataclass, field

import httpx2


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


@dataclass
class Reply:
    pieces: list[str] = field(default_factory=list)
    finish: str | None = None
    error: dict | None = None

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def complete(self) -> bool:
        return self.finish == "stop" and self.error is None

    def add(self, chunk: dict) -> None:
        if self.error is None:
            self.error = chunk.get("error")
        for choice in chunk.get("choices") or []:
            self.pieces.append(choice.get("delta", {}).get("content") or "")
            self.finish = choice.get("finish_reason") or self.finish


def read_reply(prompt: str, patience: float) -> str:
    reply = Reply()
    with httpx2.Client(timeout=patience, headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}) as http:
        try:
            with http.stream(
                "POST",
                os.environ["OPENAI_BASE_URL"] + "/chat/completions",
                json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            ) as response:
                for line in response.iter_lines():
                    match line.split(": ", 1):
                        case ["data", "[DONE]"]:
                            break
                        case ["data", payload]:
                            reply.add(json.loads(payload))
        except httpx2.HTTPError as problem:
            print("cut:", problem)
    if not reply.complete:
        raise CutShort(reply.text)
    return reply.text
