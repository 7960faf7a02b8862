"""What a terminal sends when keys are pressed, as names of keys."""

from __future__ import annotations

import codecs
import re

ESCAPE = "\x1b"
PAUSE_S = 0.05  # a sequence comes in one go; an escape that is alone for longer was a key of its own

# ECMA-48 control sequences, and the SS3 form that terminals use for the same keys in application mode.
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*([@-~])|O([@-~])|([^\[O\x1b]))", re.DOTALL)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?\Z")
_FINAL = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end"}
_TILDE = {"1": "home", "7": "home", "4": "end", "8": "end", "5": "pgup", "6": "pgdn"}
_PLAIN = {"\r": "enter", "\n": "enter", ESCAPE: "esc", "\x04": "q"}


class Keys:
    """Takes bytes as they are read, gives names: the character itself, or `up`, `pgdn`, `enter`, `esc` …

    Keys that have no use here (function keys, those with Alt) are left out.
    """

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("ignore").decode
        self._rest = ""

    @property
    def waits(self) -> bool:
        """Something has begun that may be a sequence."""
        return bool(self._rest)

    def feed(self, data: bytes) -> list[str]:
        text, self._rest = self._rest + self._decode(data), ""
        names = []
        while text:
            match = _SEQUENCE.match(text)
            if match is None and text[0] == ESCAPE:
                if _UNFINISHED.match(text):
                    self._rest = text
                    break
                names.append("esc")  # and what follows is something else
                text = text[1:]
                continue
            name = _name(match) if match else _PLAIN.get(text[0], text[0])
            names += [name] if name and (len(name) > 1 or name.isprintable()) else []
            text = text[match.end() if match else 1 :]
        return names

    def pause(self) -> list[str]:
        """Nothing has followed for a while: an escape alone was the key, half a sequence was nothing."""
        rest, self._rest = self._rest, ""
        return ["esc"] if rest == ESCAPE else []


def _name(match: re.Match[str]) -> str:
    final = match[1] or match[2]
    if final == "~":
        return _TILDE.get(match[0][2:-1].partition(";")[0], "")
    return _FINAL.get(final or "", "")
