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
        while text:
            char, text = text[0], text[1:]
            if char == "\r" and text[:1] == "\n":
                text = text[1:]
            if char in "\r\n":
                yield rest
                rest = ""
            else:
                rest += char


def iter_data(reads):
    event = []
    for line in lines(reads):
        if line:
            name, _, value = line.partition(":")
            if name == "data":
                event.append(value.removeprefix(" "))
        else:
            if event:
                yield "\n".join(event)
            event = []
