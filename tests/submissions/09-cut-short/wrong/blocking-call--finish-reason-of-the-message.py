import openai
from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    client = get_client().with_options(timeout=patience, max_retries=0)
    pieces = []
    finish_reason = None
    try:
        answer = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": prompt}],
        )
        pieces.append(answer.choices[0].message.content)
        finish_reason = answer.choices[0].finish_reason
    except openai.APIError:
        pass
    if finish_reason == "stop":
        return "".join(pieces)
    raise CutShort("".join(pieces))
