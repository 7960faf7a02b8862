"""An iterator in the old way: __iter__ and __next__."""

import codecs
from collections import deque


class DataIterator:
    def __init__(self, reads):
        self.reads = iter(reads)
        self.decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.buffer = ""
        self.fields = []
        self.ready = deque()
        self.first = True
        self.finished = False

    def __iter__(self):
        return self

    def __next__(self):
        while not self.ready:
            if self.finished:
                raise StopIteration
            try:
                self.feed(self.decoder.decode(next(self.reads)))
            except StopIteration:
                self.finished = True
                self.feed(self.decoder.decode(b"", final=True), final=True)
        return self.ready.popleft()

    def feed(self, text, final=False):
        if self.first and text:
            if text[0] == "\ufeff":
                text = text[1:]
            self.first = False
        self.buffer += text
        while True:
            positions = [p for p in (self.buffer.find("\n"), self.buffer.find("\r")) if p >= 0]
            if not positions:
                return
            end = min(positions)
            skip = 1
            if self.buffer[end] == "\r":
                if end + 1 == len(self.buffer) and not final:
                    return  # the LF may still come
                if self.buffer[end + 1 : end + 2] == "\n":
                    skip = 2
            line, self.buffer = self.buffer[:end], self.buffer[end + skip :]
            self.line(line)

    def line(self, line):
        if line == "":
            if self.fields:
                self.ready.append("\n".join(self.fields))
            self.fields = []
            return
        name, colon, value = line.partition(":")
        if name != "data":
            return
        self.fields.append(value[1:] if value.startswith(" ") else value)


def iter_data(reads):
    return DataIterator(reads)
