import threading

import openai
from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    pieces = []
    reasons = []

    def work():
        try:
            for chunk in get_client().chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
            ):
                for choice in chunk.choices:
                    pieces.append(choice.delta.content or "")
                    if choice.finish_reason:
                        reasons.append(choice.finish_reason)
        except openai.OpenAIError:
            pass

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(patience)
    if reasons == ["stop"]:
        return "".join(pieces)
    raise CutShort("".join(pieces))
