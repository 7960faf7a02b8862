from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class Reader:
    def read_reply(self, prompt: str, patience: float) -> str:
        client = get_client().with_options(timeout=patience, max_retries=0)
        stream = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
        return text
