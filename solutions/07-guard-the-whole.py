from collections.abc import Callable

from common import MODEL, get_client


class Blocked(Exception):
    """The reply is not allowed to be shown."""


def guarded_reply(prompt: str, allowed: Callable[[str], bool]) -> str:
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
    if not allowed(text):  # the whole message: half a sentence can fool a filter
        raise Blocked
    print(text)
    return text


if __name__ == "__main__":
    for forbidden in ("zebra", "the"):
        try:
            guarded_reply("Count from 1 to 10 slowly.", lambda text, word=forbidden: word not in text)
        except Blocked:
            print(f"(blocked: the reply says {forbidden!r})")
