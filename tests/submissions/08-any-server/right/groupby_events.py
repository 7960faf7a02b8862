from codecs import getincrementaldecoder
from itertools import groupby


def split_lines(reads):
    decoder, buffer = getincrementaldecoder("utf-8")("replace"), ""
    bom_possible = True
    last_was_cr = False
    for read in reads:
        text = decoder.decode(read)
        if bom_possible and text:
            bom_possible, text = False, text[1:] if text.startswith("\ufeff") else text
        for char in text:
            if char == "\n" and last_was_cr:
                last_was_cr = False
            elif char in ("\r", "\n"):
                yield buffer
                buffer, last_was_cr = "", char == "\r"
            else:
                buffer += char
                last_was_cr = False


def value_of(line):
    name, _, value = line.partition(":")
    return value.removeprefix(" ") if name == "data" else None


def iter_data(reads):
    waiting = []
    for blank, group in groupby(split_lines(reads), key=lambda line: not line):
        if blank:
            next(group)  # one blank line is enough to know
            if waiting:
                yield "\n".join(waiting)
            waiting = []
        else:
            waiting = [value for value in map(value_of, group) if value is not None]
