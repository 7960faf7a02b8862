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
    data, kind = [], "message"
    for l in _lines(reads):
        n, _, v = l.partition(":")
        v = v.removeprefix(" ")
        if not l:
            if data and kind == "message":
                yield "\n".join(data)
            data, kind = [], "message"
        elif n == "data":
            data.append(v)
        elif n == "event":
            kind = v
