import codecs
import itertools
import re


def texts(reads):
    return codecs.iterdecode(reads, "utf-8-sig", errors="replace")


def lines(pieces):
    buffer = ""
    for piece in itertools.chain(pieces, [None]):
        last = piece is None
        buffer += piece or ""
        ends = re.finditer(r"\r\n|\n|\r" if last else r"\r\n|\n|\r(?!\Z)", buffer)
        start = 0
        for end in ends:
            yield buffer[start : end.start()]
            start = end.end()
        buffer = buffer[start:]


def fields(whole):
    return ((line == "", *line.partition(":")[::2]) for line in whole)


def iter_data(reads):
    values = []
    for blank, name, value in fields(lines(texts(reads))):
        if blank and values:
            yield "\n".join(values)
        if blank:
            values = []
        elif name == "data":
            values.append(value.removeprefix(" "))
