import codecs


class Reader:
    def __init__(self, reads):
        self.reads, self.dec, self.buf, self.pos, self.eof, self.first = (
            iter(reads),
            codecs.getincrementaldecoder("utf8")(errors="replace"),
            "",
            0,
            False,
            True,
        )

    def fill(self):
        try:
            got = self.dec.decode(next(self.reads))
        except StopIteration:
            self.eof = True
            got = self.dec.decode(b"", True)
        if self.first and got:
            self.first = False
            if got[0] == "\ufeff":
                got = got[1:]
        self.buf = self.buf[self.pos :] + got
        self.pos = 0

    def line(self):
        scan = self.pos
        while True:
            ends = [i for i in (self.buf.find("\n", scan), self.buf.find("\r", scan)) if i >= 0]
            if ends:
                e = min(ends)
                if self.buf[e] == "\r" and e + 1 == len(self.buf) and not self.eof:
                    off = e - self.pos
                    self.fill()
                    scan = self.pos + off
                    continue
                text = self.buf[self.pos : e]
                self.pos = e + (2 if self.buf[e : e + 2] == "\r\n" else 1)
                return text
            if self.eof:
                return None
            off = len(self.buf) - self.pos
            self.fill()
            scan = self.pos + off


def iter_data(reads):
    r = Reader(reads)
    data = []
    while (line := r.line()) is not None:
        if line == "":
            if data:
                yield "".join(data)[:-1]
            data.clear()
        elif line == "data":
            data.append("\n")
        elif line.startswith("data:"):
            v = line[5:]
            data.append((v[1:] if v.startswith(" ") else v) + "\n")
