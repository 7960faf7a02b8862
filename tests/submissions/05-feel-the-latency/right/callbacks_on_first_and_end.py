import time
from collections.abc import Callable

from common import MODEL, get_client


def run(prompt: str, stream: bool, on_text: Callable[[str], None], on_end: Callable[[], None]) -> None:
    answer = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], **({"stream": True} if stream else {})
    )
    if stream:
        for chunk in answer:
            if chunk.choices and chunk.choices[0].delta.content:
                on_text(chunk.choices[0].delta.content)
            if chunk.choices and chunk.choices[0].finish_reason:
                break
    else:
        on_text(answer.choices[0].message.content)
    on_end()


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    seen: list[float] = []
    ended: list[float] = []
    start = time.perf_counter()
    run(prompt, stream, lambda text: seen.append(time.perf_counter()), lambda: ended.append(time.perf_counter()))
    return seen[0] - start, ended[0] - start
