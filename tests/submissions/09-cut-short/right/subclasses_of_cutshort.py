from collections.abc import Iterator

import openai
from common import MODEL, get_client
from openai.types.chat.chat_completion_chunk import Choice


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class Unfinished(CutShort):
    """It ended without a word of why."""


class NotOnPurpose(CutShort):
    """It was ended by a limit, a filter or a tool."""


class Broken(CutShort):
    """The server, or the connection, gave up."""


class Stalled(Broken):
    """Nothing came any more."""


def choices(prompt: str, patience: float) -> Iterator[Choice]:
    client = get_client().copy(timeout=patience, max_retries=0)
    stream = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    for chunk in stream:
        yield from chunk.choices


def read_reply(prompt: str, patience: float) -> str:
    text = ""
    try:
        for choice in choices(prompt, patience):
            text += choice.delta.content or ""
            match choice.finish_reason:
                case "stop":
                    return text
                case None:
                    pass
                case other:
                    print("ended by", other)
                    raise NotOnPurpose(text)
    except openai.APITimeoutError:
        raise Stalled(text) from None
    except openai.APIError:
        raise Broken(text) from None
    raise Unfinished(text)
