import httpx2
import openai
from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    text = ""
    done = False
    try:
        stream = get_client().chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": prompt}],
            stream=True,
            timeout=httpx2.Timeout(60.0, read=patience),
        )
        with stream:
            for chunk in stream:
                if not chunk.choices:
                    continue
                choice = chunk.choices[0]
                if choice.delta.content is not None:
                    text += choice.delta.content
                if choice.finish_reason is not None:
                    done = choice.finish_reason == "stop"
                    break
    except openai.APIError as error:
        raise CutShort(text) from error
    if not done:
        raise CutShort(text)
    return text
