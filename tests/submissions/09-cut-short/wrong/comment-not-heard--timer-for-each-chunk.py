import threading

import openai
from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    stream = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    over = threading.Event()
    news = threading.Condition()
    text, reasons = [], []

    def work():
        try:
            for chunk in stream:
                with news:
                    for choice in chunk.choices:
                        text.append(choice.delta.content or "")
                        if choice.finish_reason:
                            reasons.append(choice.finish_reason)
                    news.notify()
        except openai.OpenAIError:
            pass
        over.set()
        with news:
            news.notify()

    threading.Thread(target=work, daemon=True).start()
    with news:
        while not over.is_set() and not reasons:
            if not news.wait(patience):
                break
    if "stop" in reasons:
        return "".join(text)
    raise CutShort("".join(text))
