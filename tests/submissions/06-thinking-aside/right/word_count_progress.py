"""Challenge 06: thinking aside."""

from common import MODEL, get_client

import contextlib
import sys


class Screen(contextlib.AbstractContextManager):
    def __init__(self):
        self.words = 0

    def think(self, text):
        self.words += len(text.split())
        sys.stdout.write(f"\rthought {self.words} words so far")
        sys.stdout.flush()

    def say(self, text):
        if self.words:
            sys.stdout.write("\r\x1b[2K")
            self.words = 0
        sys.stdout.write(text)
        sys.stdout.flush()

    def __exit__(self, *a):
        sys.stdout.write("\n")


def answer_only(prompt: str) -> tuple[str, str]:
    a, r = [], []
    with Screen() as screen, get_client() as client, client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ) as stream:
        for chunk in stream:
            d = chunk.choices[0].delta
            for name in ("reasoning", "reasoning_content"):
                t = getattr(d, name, None)
                if t:
                    r.append(t)
                    screen.think(t)
            if d.content:
                a.append(d.content)
                screen.say(d.content)
    return "".join(a), "".join(r)
