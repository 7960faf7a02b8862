"""A program as tokens that do not change when it is renamed, reformatted or commented.

Names that the program makes up (variables, parameters, functions, classes) are all `V`, text `S`, numbers `N`. What it
takes from elsewhere keeps its name: keywords, builtins, modules, attributes. Comments, docstrings and blank lines are
not there, nor are lines that the stub had.
"""

from __future__ import annotations

import builtins
import io
import keyword
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_TOKENS = 50_000  # of one submission; what is longer is compared up to there
_SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
_STRUCTURE = {tokenize.NEWLINE: "NEWLINE", tokenize.INDENT: "INDENT", tokenize.DEDENT: "DEDENT"}
_STRINGS = {
    tokenize.STRING,
    *(getattr(tokenize, n) for n in ("FSTRING_MIDDLE", "TSTRING_MIDDLE") if hasattr(tokenize, n)),
}
_QUOTES = {
    getattr(tokenize, n)
    for n in ("FSTRING_START", "FSTRING_END", "TSTRING_START", "TSTRING_END")
    if hasattr(tokenize, n)
}
_KNOWN = frozenset(dir(builtins))


Line = tuple[str, ...]  # the tokens that stand on one line


@dataclass(frozen=True)
class Token:
    text: str
    line: int  # from 1


def tokens(source: bytes, given: frozenset[Line] = frozenset()) -> list[Token]:
    """Of Python that may be broken: then as far as it can be read. Lines that are `given` are left out."""
    text = source.decode("utf-8-sig", "replace")
    raw = list(_raw(text))[:MAX_TOKENS]
    imported = _imported(raw)
    kept: list[Token] = []
    for i, each in enumerate(raw):
        if each.type not in _SKIPPED and each.type not in _QUOTES and not _is_docstring(raw, i):
            before = raw[i - 1].string if i else ""
            kept.append(Token(_normal(each, before, imported), each.start[0]))
    own = {number for number, line in _by_line(kept).items() if line not in given}  # a line may be very long
    return [token for token in kept if token.line in own]


def lines_of(stub: bytes) -> frozenset[Line]:
    """The lines of a stub that say something, as tokens: renaming its parameters makes no line one's own."""
    return frozenset(line for line in _by_line(tokens(stub)).values() if len(line) > 3)


def _by_line(some: Iterable[Token]) -> dict[int, Line]:
    """What stands on each line, without the line's end and indentation."""
    found: dict[int, list[str]] = defaultdict(list)
    for token in some:
        found[token.line] += [token.text] if token.text not in _STRUCTURE.values() else []
    return {number: tuple(texts) for number, texts in found.items()}


def _raw(text: str) -> Iterator[tokenize.TokenInfo]:
    reader = io.StringIO(text).readline
    try:
        yield from tokenize.generate_tokens(reader)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return  # what came before the break is compared


def _imported(raw: Iterable[tokenize.TokenInfo]) -> frozenset[str]:
    """Modules' names, and what is taken from them: a line that begins with import or from."""
    names: set[str] = set()
    importing, fresh = False, True
    for each in raw:
        if fresh and each.string in ("import", "from"):
            importing = True
        if importing and each.type == tokenize.NAME and not keyword.iskeyword(each.string):
            names.add(each.string)
        fresh = each.type in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
        importing = importing and each.type != tokenize.NEWLINE
    return frozenset(names)


def _is_docstring(raw: list[tokenize.TokenInfo], i: int) -> bool:
    """A text that is a statement of its own."""
    if raw[i].type != tokenize.STRING:
        return False
    earlier = (raw[j].type for j in range(i - 1, -1, -1))
    before = next((kind for kind in earlier if kind not in _SKIPPED or kind == tokenize.ENCODING), None)
    after = next((t.type for t in raw[i + 1 : i + 3] if t.type not in _SKIPPED), None)
    begins = before in (None, tokenize.ENCODING, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    return begins and after in (None, tokenize.NEWLINE)


def _normal(token: tokenize.TokenInfo, before: str, imported: frozenset[str]) -> str:
    if token.type in _STRUCTURE:
        return _STRUCTURE[token.type]
    if token.type in _STRINGS:
        return "S"
    if token.type == tokenize.NUMBER:
        return "N"
    if token.type != tokenize.NAME:
        return token.string
    own = before != "." and not keyword.iskeyword(token.string) and token.string not in _KNOWN | imported
    return "V" if own else token.string
