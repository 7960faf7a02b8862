import openai
from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def collect(stream):
    text, finish_reason = "", None
    for chunk in stream:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish_reason = choice.finish_reason or finish_reason
    return text, finish_reason


def read_reply(prompt: str, patience: float) -> str:
    text = ""
    finish_reason = None
    try:
        stream = get_client().chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, timeout=patience
        )
        text, finish_reason = collect(stream)
    except openai.OpenAIError as problem:
        raise CutShort(text) from problem
    if finish_reason != "stop":
        raise CutShort(text)
    return text
