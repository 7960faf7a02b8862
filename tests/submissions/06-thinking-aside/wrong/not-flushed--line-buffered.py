"""Challenge 06: thinking aside."""

from common import MODEL, get_client

import sys


def answer_only(prompt: str) -> tuple[str, str]:
    sys.stdout.reconfigure(line_buffering=True)
    answer, reasoning = "", ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        delta = chunk.choices[0].delta
        reasoning += getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None) or ""
        print(delta.content or "", end="")
        answer += delta.content or ""
    return answer, reasoning
