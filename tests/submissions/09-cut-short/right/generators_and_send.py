import json
import os
from collections.abc import Generator, Iterable
from functools import reduce
from itertools import takewhile

import requests
from requests.exceptions import RequestException


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


State = tuple[str, str | None]  # text so far, verdict


def forgiving(source: Iterable[bytes]) -> Generator[bytes, None, None]:
    """A source that just ends where it would break."""
    try:
        yield from source
    except RequestException:
        return


def step(state: State, chunk: dict) -> State:
    text, verdict = state
    if verdict == "error" or "error" in chunk:
        return text, "error"
    choice = next(iter(chunk.get("choices", [])), {"delta": {}, "finish_reason": None})
    return text + (choice["delta"].get("content") or ""), verdict or choice["finish_reason"]


def read_reply(prompt: str, patience: float) -> str:
    response = requests.request(
        "POST",
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json=dict(model=os.environ["MODEL"], messages=[dict(role="user", content=prompt)], stream=True),
        headers=dict(Authorization="Bearer " + os.environ["OPENAI_API_KEY"]),
        stream=True,
        timeout=(patience, patience),
    )
    data = (line[6:] for line in forgiving(response.iter_lines()) if line.startswith(b"data: "))
    chunks = map(json.loads, takewhile(lambda payload: payload != b"[DONE]", data))
    text, verdict = reduce(step, chunks, ("", None))
    if verdict != "stop":
        raise CutShort(text)
    return text
