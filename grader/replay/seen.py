r"""What of a stream has been seen on the learner's stdout.

A piece counts as seen when it appears as it is, escaped as in JSON, or as in a Python repr (of text or of bytes), white
space ignored, since rich and pprint wrap. Two followers read along: one takes what is printed as it stands, the other
undoes escapes on both sides, so that all spellings become the same; the one that has seen more counts.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence

# One backslash or more (JSON inside a repr doubles them), then what an escape stands for.
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|((?:x[0-9a-fA-F]{2}(?:\\+(?=x))?)+)|([nrtbfav])|)")
_HEX = re.compile(r"x([0-9a-fA-F]{2})")
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-?@-Z\\-_])")
_SPACE = re.compile(r"[\s\u200b\u2500-\u257f]+")  # and the lines of boxes that rich draws
# pprint cuts a long text into literals, one a line. No two parts match the same, so that it takes linear time.
_ADJACENT = re.compile(r"(['\"])[^\S\n]*\n\s*b?\1")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "a": "\a", "v": "\v"}

# What may still grow, at the end of what has come: it stands within the last TAIL characters.
TAIL = 64
_OPEN_CONTROL = re.compile(r"\x1b(?:[ -/]*|\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?)?$")
_OPEN_ESCAPE = re.compile(
    r"\\+u[dD][89abAB][0-9a-fA-F]{2}(?:\\*(?:u[0-9a-fA-F]{0,3})?)?$"  # half a surrogate pair
    r"|\\+(?:u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|x[0-9a-fA-F]?)?$"
)
_LAST_OCTETS = re.compile(r"(?:\\+x[0-9a-fA-F]{2}){1,3}$")
_OPEN_LITERAL = re.compile(r"['\"]\s*\n\s*b?$|['\"]$")


def bare(text: str) -> str:
    """Without terminal control sequences and white space."""
    return _SPACE.sub("", _TERMINAL.sub("", text))


def plain(text: str) -> str:
    """The form in which a piece and its escaped spellings are equal: backslashes are dropped, too."""
    text = _ESCAPE.sub(_unescaped, _ADJACENT.sub(_joint, _TERMINAL.sub("", text)))
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # joins \ud83c\udf55
    return _SPACE.sub("", text).replace("\\", "")


def _joint(match: re.Match[str]) -> str:
    """Between two literals: nothing, or what is dropped later and keeps a backslash from escaping what comes next."""
    return "\u200b" if match.string[match.start() - 1 : match.start()] == "\\" else ""


def _unescaped(match: re.Match[str]) -> str:
    short, long, octets, control = match.groups()
    if short or long:
        code = int(short or long, 16)
        return chr(code) if code <= 0x10FFFF else ""
    if octets:
        raw = bytes(int(pair, 16) for pair in _HEX.findall(octets))
        try:
            return raw.decode("utf-8")  # the repr of bytes
        except UnicodeDecodeError:
            return raw.decode("latin-1")  # the repr of a str escapes U+0080 to U+00FF so
    return _CONTROL.get(control or "", "")


def _end_of_bare(text: str) -> int:
    """Where the part that may still grow begins."""
    start = max(0, len(text) - TAIL)
    found = _OPEN_CONTROL.search(text, start)
    return found.start() if found else len(text)


def _end_of_plain(text: str) -> int:
    start = max(0, len(text) - TAIL)
    found = (pattern.search(text, start) for pattern in (_OPEN_CONTROL, _OPEN_ESCAPE, _OPEN_LITERAL))
    end = min((match.start() for match in found if match), default=len(text))
    octets = _LAST_OCTETS.search(text[max(0, end - TAIL) : end])
    return end - _unfinished_character(octets[0]) if octets else end


def _unfinished_character(escapes: str) -> int:
    """Length of the end of `escapes` that spells the first bytes of a character whose last are not there yet."""
    found = list(re.finditer(r"\\+x([0-9a-fA-F]{2})", escapes))
    for count, escape in enumerate(reversed(found), 1):
        lead = int(escape[1], 16)
        if lead >= 0xC0:
            width = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            return len(escapes) - escape.start() if count < width else 0
    return 0


class _Follower:
    """Follows text in one form and finds pieces in it, in order, each behind what had come before it was sent."""

    def __init__(self, pieces: Sequence[str], form: Callable[[str], str], end: Callable[[str], int], sent: int) -> None:
        self._pieces = [form(piece) for piece in pieces]
        self._form, self._end = form, end
        self._open = ""  # raw text that may still grow
        self._ahead = ""  # text in the form, behind the last piece that was seen
        self._passed = 0  # how much of the text in the form lies before `_ahead`
        self._floor = [0] * len(pieces)
        self._sent = sent  # later pieces cannot be seen yet
        self.seen = 0
        self._advance()

    def sent(self, count: int) -> None:
        """The first `count` pieces are out with what is sent now: what came until now shows none of the new ones."""
        for index in range(self._sent, count):
            self._floor[index] = self._passed + len(self._ahead)
        self._sent = max(self._sent, count)
        self._advance()

    def feed(self, text: str) -> None:
        text = self._open + text
        end = self._end(text)
        self._ahead += self._form(text[:end])
        self._open = text[end:]
        self._advance()
        if self._open and self.seen < self._sent:
            ahead = self._ahead + self._form(self._open)
            if self._pieces[self.seen] in ahead[self._start() :]:  # whole already, whatever it may grow to
                self._ahead, self._open = ahead, ""
                self._advance()

    def _start(self) -> int:
        return max(0, self._floor[self.seen] - self._passed)

    def _advance(self) -> None:
        while self.seen < self._sent:
            piece, start = self._pieces[self.seen], self._start()
            found = self._ahead.find(piece, start) if piece else start
            if found < 0:
                # Only its beginning may be there already.
                self._drop(max(start, len(self._ahead) - len(piece) + 1))
                return
            self._drop(found + len(piece) if piece else 0)
            self.seen += 1
        self._drop(len(self._ahead))  # nothing is awaited, and what has come shows nothing that is yet to be sent

    def _drop(self, count: int) -> None:
        self._ahead = self._ahead[count:]
        self._passed += count


class Screen:
    """Follows stdout and tells how many of the pieces, from the first, have been seen on it, in order.

    `live`: no piece is seen before `sent` says that it is out. Otherwise all of them are taken to be out.
    """

    def __init__(self, pieces: Sequence[str], *, live: bool = False) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._count = len(pieces)
        sent = 0 if live else self._count
        self._followers = (
            _Follower(pieces, plain, _end_of_plain, sent),
            _Follower(pieces, bare, _end_of_bare, sent),
        )

    @property
    def seen(self) -> int:
        return max(follower.seen for follower in self._followers)

    def sent(self, events: int) -> None:
        """The first `events` pieces are out with the write that follows: none shows before it is sent."""
        for follower in self._followers:
            follower.sent(min(events, self._count))

    def feed(self, data: bytes) -> int:
        """Takes what appeared; returns how many pieces have been seen by now."""
        text = self._decoder.decode(data)
        for follower in self._followers:
            follower.feed(text)
        return self.seen
