class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


from common import MODEL, get_client
from openai import OpenAIError


def read_reply(prompt, patience):
    client = get_client().with_options(timeout=patience, max_retries=0)
    text, why = "", None
    try:
        for c in client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
        ):
            text += c.choices[0].delta.content or ""
            why = c.choices[0].finish_reason or why
        if why != "stop":
            raise CutShort(text)
    except OpenAIError:
        if why != "stop":
            raise CutShort(text)
    finally:
        return text
