from common import MODEL, get_client
from openai import APIError


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    client = get_client().with_options(timeout=patience, max_retries=0)
    text = ""
    first = None
    try:
        for chunk in client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
        ):
            if first is None:
                first = chunk
            text += chunk.choices[0].delta.content or ""
    except APIError:
        pass
    if first is not None and first.choices[0].finish_reason == "stop":
        return text
    raise CutShort(text)
