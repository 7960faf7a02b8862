r"""What of a stream has been seen on the learner's stdout.

A piece counts as seen when it appears as it is, escaped as in JSON, or as in a Python repr (of text or of bytes), white
space ignored, since rich and pprint wrap. Both sides are brought to one plain form, in which all these spellings are
the same: escapes are undone, terminal control sequences, backslashes and white space are dropped.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

# One backslash or more (JSON inside a repr doubles them), then what an escape stands for.
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|((?:x[0-9a-fA-F]{2}(?:\\+(?=x))?)+)|([nrtbfav])|)")
_HEX = re.compile(r"x([0-9a-fA-F]{2})")
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_SPACE = re.compile(r"[\s\u200b]+")
# What may still grow: an escape that is not whole, a run of byte escapes, half a surrogate pair, a control sequence.
_UNFINISHED = re.compile(
    r"(?:\\+u[dD][89abAB][0-9a-fA-F]{2}(?:\\*(?:u[0-9a-fA-F]{0,3})?)?"
    r"|(?:\\+x[0-9a-fA-F]{2})*\\+(?:u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|x[0-9a-fA-F]{0,2})?"
    r"|\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?)?)$"
)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "a": "\a", "v": "\v"}


def plain(text: str) -> str:
    """The form in which a piece and its spellings are equal."""
    text = _ESCAPE.sub(_unescaped, _TERMINAL.sub("", text))
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # joins \ud83c\udf55
    return _SPACE.sub("", text).replace("\\", "")


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


class Screen:
    """Follows stdout and tells how many of the pieces, from the first, have been seen on it, in order."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._pieces = [plain(piece) for piece in pieces]
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = ""  # raw text whose end may be half an escape
        self._ahead = ""  # plain text behind the last piece that was seen
        self.seen = 0
        self._skip_empty()

    def feed(self, data: bytes) -> int:
        """Takes what appeared; returns how many pieces have been seen by now."""
        text = self._waiting + self._decoder.decode(data)
        unfinished = _UNFINISHED.search(text)
        cut = unfinished.start() if unfinished else len(text)
        self._waiting = text[cut:]
        # An unfinished run of byte escapes may be all there is for now: look at it too, without consuming it.
        self._ahead += plain(text[:cut])
        self._advance(self._ahead)
        if self._waiting and self.seen < len(self._pieces):
            peek = self._ahead + plain(self._waiting)
            if self._pieces[self.seen] in peek:
                self._ahead, self._waiting = peek, ""
                self._advance(self._ahead)
        return self.seen

    def _advance(self, text: str) -> None:
        at = 0
        while self.seen < len(self._pieces):
            piece = self._pieces[self.seen]
            found = text.find(piece, at)
            if found < 0:
                break
            at = found + len(piece)
            self.seen += 1
        # A piece that is not there yet may begin in what there is: keep all of it but what was passed.
        self._ahead = text[at:]
        self._skip_empty()

    def _skip_empty(self) -> None:
        while self.seen < len(self._pieces) and not self._pieces[self.seen]:
            self.seen += 1
