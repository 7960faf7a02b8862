"""Where two programs are the same: their longest common runs of tokens, as lines of both, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from grader.classroom.similar.groups import Pair, Prints
from grader.classroom.similar.tokens import Token

LINES = 12  # of an excerpt
_TOKENS = 3000  # of each program: enough for a challenge's file


@dataclass(frozen=True)
class Excerpt:
    """Lines of both, each with its first line's number."""

    line: int
    text: tuple[str, ...]
    other_line: int
    other_text: tuple[str, ...]


def excerpts(pair: Pair, prints: Prints, most: int = 2) -> list[Excerpt]:
    """The `most` longest, in the order of the first program."""
    a, b = prints.tokens(pair.one.source)[:_TOKENS], prints.tokens(pair.other.source)[:_TOKENS]
    # autojunk would leave out what is frequent, and in a program most tokens are.
    matcher = SequenceMatcher(None, [t.text for t in a], [t.text for t in b], autojunk=False)
    blocks = sorted((block for block in matcher.get_matching_blocks() if block.size), key=lambda block: -block.size)
    chosen = sorted(blocks[:most], key=lambda block: block.a)
    return [
        Excerpt(*_lines(pair.one.source, a[m.a : m.a + m.size]), *_lines(pair.other.source, b[m.b : m.b + m.size]))
        for m in chosen
    ]


def _lines(source: bytes, run: list[Token]) -> tuple[int, tuple[str, ...]]:
    lines = source.decode("utf-8-sig", "replace").splitlines()
    first, last = run[0].line, min(run[-1].line, run[0].line + LINES - 1)
    return first, tuple(lines[first - 1 : last])
