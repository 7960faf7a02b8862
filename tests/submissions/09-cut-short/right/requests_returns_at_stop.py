import json
import os

import requests


class CutShort(Exception):
    """The reply is not complete."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


URL = os.environ.get("OPENAI_BASE_URL", "") + "/chat/completions"


def read_reply(prompt: str, patience: float) -> str:
    body = {"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Accept": "text/event-stream"}
    pieces: list[str] = []
    try:
        with requests.post(URL, json=body, headers=headers, stream=True, timeout=(10, patience)) as response:
            for line in response.iter_lines(chunk_size=1):
                if not line.startswith(b"data:") or line == b"data: [DONE]":
                    continue
                chunk = json.loads(line[5:])
                if chunk.get("error"):
                    break
                for choice in chunk.get("choices", []):
                    pieces.append(choice["delta"].get("content") or "")
                    if choice.get("finish_reason") == "stop":
                        return "".join(pieces)
    except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as cause:
        raise CutShort("".join(pieces)) from cause
    raise CutShort("".join(pieces))
