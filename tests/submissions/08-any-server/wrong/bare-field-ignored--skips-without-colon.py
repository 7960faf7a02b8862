import codecs
import re


def lines(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest, fresh, cr = "", True, False
    for read in reads:
        text = decoder.decode(read)
        if not text:
            continue
        if fresh:
            text, fresh = text.removeprefix("\ufeff"), False
        if cr:
            text = text.removeprefix("\n")
        cr = text.endswith("\r")
        *whole, rest = re.split("\r\n|\r|\n", rest + text)
        yield from whole


def iter_data(reads):
    event = []
    for line in lines(reads):
        if line:
            if ":" not in line:
                continue
            name, _, value = line.partition(":")
            if name == "data":
                event.append(value.removeprefix(" "))
        else:
            if event:
                yield "\n".join(event)
            event = []
