"""Somebody's program and run as an example that names nobody.

Comments and strings that stand by themselves are taken out. What is left, and the run's picture, may still hold a name,
in a string or printed: such an example is not shown at all.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from grader.classroom.model import Student
from grader.dashboard.excerpt import Line, cut
from grader.report import CheckReport, Parting, RunReport

AROUND = 4
START = 4  # letters; what is shorter is nobody's alone
MOST = 22  # lines of a program without a line to point to; of a longer one none are shown
_PLACES = re.compile(r"/home/|/Users/|[A-Za-z]:\\+Users|[\w.+-]+@[\w-]+\.\w")  # folders that are called like people
_QUIET = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)


@dataclass(frozen=True)
class Example:
    lines: list[Line]  # empty: the program is not at hand, or cannot be read
    run: RunReport | None
    parting: Parting | None


def example(run: RunReport | None, check: CheckReport, source: bytes | None, names: Names) -> Example | None:
    """`run` is the check's. None where something in it could tell whose it is."""
    lines = _lines(source, check)
    said = ["\n".join(line.text for line in lines), run.model_dump_json() if run else ""]
    said += [check.parting.note] if check.parting else []
    return None if any(names.are_in(text) for text in said) else Example(lines, run, check.parting)


class Everybody:
    """Of a class what is somebody's alone: full names and addresses."""

    def __init__(self, students: Iterable[Student]) -> None:
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for one in students:
            for text in (one.email, one.name if " " in one.name else ""):
                if len(text) >= START:
                    self._by_start[text.casefold()[:START]].append(text.casefold())

    def are_in(self, folded: str) -> bool:
        """There may be thousands of names: only those are looked for whose first letters the text has."""
        starts = {folded[at : at + START] for at in range(len(folded) - START + 1)}
        return any(name in folded for start in starts & self._by_start.keys() for name in self._by_start[start])


class Names:
    """Of the one whose program it is every word; of all others what `Everybody` has."""

    def __init__(self, owner: Student, everybody: Everybody) -> None:
        texts = (owner.id, owner.name, owner.email.partition("@")[0])
        self._words = {word for text in texts for word in _words(text)}
        self._whole = {text.casefold() for text in (owner.id, owner.name, owner.email) if len(text) >= START}
        self._everybody = everybody

    def are_in(self, text: str) -> bool:
        folded = text.casefold()
        return (
            _PLACES.search(text) is not None
            or not self._words.isdisjoint(_words(text))
            or any(name in folded for name in self._whole)
            or self._everybody.are_in(folded)
        )


def _words(text: str) -> list[str]:
    """Of letters alone, and with digits and underscores: `ada_1` is `ada`, and itself."""
    folded = text.casefold()
    return [word for pattern in (r"[^\W\d_]{3,}", r"\w{3,}") for word in re.findall(pattern, folded)]


def _lines(source: bytes | None, check: CheckReport) -> list[Line]:
    whole = bare(source.decode("utf-8-sig", "replace")) if source else None
    if whole is None:
        told = bare(check.source.strip()) if check.line else None
        return [Line(check.line or 1, cut(told[0]), True)] if told and told[0] else []
    numbered = [Line(n, cut(text), n == check.line) for n, text in enumerate(whole, 1) if text.strip()]
    if check.line:
        at = next((i for i, line in enumerate(numbered) if line.here), None)
        return [] if at is None else numbered[max(0, at - AROUND) : at + AROUND + 1]
    return numbered if len(numbered) <= MOST else []


@lru_cache(maxsize=64)
def bare(source: str) -> list[str] | None:
    """The lines of a program without comments, docstrings and other strings that nothing is done with.

    None where it cannot be taken apart, so that nobody knows what is a comment.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    if any(token.type == tokenize.ERRORTOKEN and token.string.strip() for token in tokens):
        return None
    lines = source.removesuffix("\n").split("\n")  # Python's, which a form feed does not end
    for token in [*(t for t in tokens if t.type == tokenize.COMMENT), *_idle_strings(tokens)]:
        _blank(lines, token.start, token.end)
    return [line.rstrip() for line in lines]


def _idle_strings(tokens: Sequence[tokenize.TokenInfo]) -> Iterable[tokenize.TokenInfo]:
    """Those that are a whole statement."""
    statement: list[tokenize.TokenInfo] = []
    for token in tokens:
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER) or token.string == ";":
            if all(each.type == tokenize.STRING for each in statement):
                yield from statement
            statement = []
        elif token.type not in _QUIET:
            statement.append(token)
            if token.string == ":" and _is_head(statement):
                statement = []


def _is_head(statement: Sequence[tokenize.TokenInfo]) -> bool:
    """`def f():` and the like, which a string may follow on the same line."""
    depth = sum((t.string in "([{") - (t.string in ")]}") for t in statement if t.type == tokenize.OP)
    return depth == 0 and statement[0].string in ("def", "class", "async", "if", "else", "for", "while", "try", "with")


def _blank(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> None:
    for number in range(start[0], end[0] + 1):
        line = lines[number - 1]
        first = start[1] if number == start[0] else 0
        last = end[1] if number == end[0] else len(line)
        lines[number - 1] = line[:first] + line[last:]
