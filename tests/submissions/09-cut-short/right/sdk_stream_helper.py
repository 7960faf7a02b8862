from common import MODEL, get_client
from openai import OpenAIError


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    """With the helper that hands out events."""
    text = ""
    reason = None
    client = get_client().with_options(timeout=patience, max_retries=0)
    try:
        with client.chat.completions.stream(
            model=MODEL, messages=[{"role": "user", "content": prompt}]
        ) as events:
            for event in events:
                if event.type == "content.delta":
                    text += event.delta
                elif event.type == "chunk" and event.chunk.choices:
                    reason = event.chunk.choices[0].finish_reason or reason
    except OpenAIError as error:
        print(type(error).__name__, error)
    if reason == "stop":
        return text
    raise CutShort(text)
