import codecs
import re


def _lines(reads):
    dec = codecs.getincrementaldecoder("utf-8")("replace")
    rest, start, cr = "", True, False
    for r in reads:
        t = dec.decode(r)
        if not t:
            continue
        if start:
            t, start = t.removeprefix("\ufeff"), False
        if cr:
            t = t.removeprefix("\n")
        cr = t.endswith("\r")
        *whole, rest = re.split("\r\n|\n|\r", rest + t)
        yield from whole


def iter_data(reads):
    data, last = [], None
    for l in _lines(reads):
        if not l:
            if data and "\n".join(data) != last:
                last = "\n".join(data)
                yield last
            data = []
        elif l.partition(":")[0] == "data":
            data.append(l[5:].removeprefix(" "))
