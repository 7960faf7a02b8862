class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    text = ""
    finish_reason = None
    # TODO: the request
    if finish_reason != "stop":
        raise CutShort(text)
    return text
