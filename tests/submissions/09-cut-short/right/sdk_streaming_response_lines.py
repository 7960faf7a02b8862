import json

import httpx2
import openai
from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def payloads(lines):
    for line in lines:
        if line.startswith("data:"):
            payload = line[5:].strip()
            if payload == "[DONE]":
                return
            yield json.loads(payload)


def read_reply(prompt: str, patience: float) -> str:
    client = get_client().with_options(timeout=patience, max_retries=0)
    text = ""
    finished = ""
    try:
        with client.chat.completions.with_streaming_response.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
        ) as response:
            for chunk in payloads(response.iter_lines()):
                if "error" in chunk:
                    break
                choice = chunk["choices"][0]
                text += choice["delta"].get("content") or ""
                finished = choice["finish_reason"] or finished
    except (openai.APIError, httpx2.TransportError):
        pass
    if finished == "stop":
        return text
    raise CutShort(text)
