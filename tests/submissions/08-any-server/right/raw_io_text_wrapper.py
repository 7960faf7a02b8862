"""The reads as a file: a RawIOBase under Python's own buffering and text layers."""

import io


class Reads(io.RawIOBase):
    def __init__(self, reads):
        self._reads = iter(reads)
        self._rest = b""

    def readable(self):
        return True

    def readinto(self, target):
        while not self._rest:
            try:
                self._rest = next(self._reads)
            except StopIteration:
                return 0
        n = min(len(target), len(self._rest))
        target[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n


def iter_data(reads):
    lines = io.TextIOWrapper(io.BufferedReader(Reads(reads)), encoding="utf-8", errors="replace", newline=None)
    data = []
    first = True
    for line in iter(lines.readline, ""):
        if first:
            line = line.removeprefix("\ufeff")
            first = False
        if not line.endswith("\n"):
            break  # the stream ends inside a line
        line = line[:-1]
        if not line:
            if data:
                yield "\n".join(data)
            data = []
            continue
        name, _, value = line.partition(":")
        if name == "data":
            data.append(value[1:] if value.startswith(" ") else value)
