from common import MODEL, get_client
from openai import OpenAIError


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    client = get_client().with_options(timeout=patience, max_retries=0)  # counts the silence between two reads
    pieces, finish_reason = [], None
    try:
        stream = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": prompt}],
            stream=True,
        )
        for chunk in stream:
            if chunk.choices:
                pieces.append(chunk.choices[0].delta.content or "")
                finish_reason = chunk.choices[0].finish_reason or finish_reason
    except OpenAIError:
        pass  # an error in the stream, a broken connection, a silence: what counts is whether `stop` had come
    text = "".join(pieces)
    if finish_reason != "stop":
        raise CutShort(text)
    return text


if __name__ == "__main__":
    try:
        print(read_reply("Tell me a short story about a lighthouse keeper.", patience=10.0))
    except CutShort as cut:
        print(cut.text)
        print(f"(cut short after {len(cut.text)} characters)")
