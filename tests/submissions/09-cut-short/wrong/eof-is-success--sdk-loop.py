import openai
from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    pieces = []
    try:
        for chunk in get_client().chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, timeout=patience
        ):
            if chunk.choices and chunk.choices[0].delta.content:
                pieces.append(chunk.choices[0].delta.content)
    except openai.APIError as error:
        raise CutShort("".join(pieces)) from error
    return "".join(pieces)
