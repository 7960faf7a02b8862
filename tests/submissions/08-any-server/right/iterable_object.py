import codecs
import re
from functools import partial


class Events:
    """Iterates over the data of a stream; each iteration begins where the reads stand."""

    splitter = re.compile("\r\n|\r|\n")

    def __init__(self, reads):
        self.reads = reads

    def _text(self):
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        pieces = filter(None, map(decode, self.reads))
        for first in pieces:
            if first != "\ufeff":
                yield first.removeprefix("\ufeff")
            break
        yield from pieces

    def _lines(self):
        tail, eat = "", False
        for piece in self._text():
            if eat and piece.startswith("\n"):
                piece = piece[1:]
            eat = piece.endswith("\r")
            parts = self.splitter.split(tail + piece)
            tail = parts.pop()
            yield from parts

    def __iter__(self):
        collected = []
        data = partial(re.compile("data(?::(?P<space> ?)(?P<value>.*))?", re.DOTALL).fullmatch)
        for line in self._lines():
            if not line:
                if collected:
                    yield "\n".join(collected)
                collected = []
            elif (found := data(line)) is not None:
                collected.append(found["value"] or "")


def iter_data(reads):
    return iter(Events(reads))
