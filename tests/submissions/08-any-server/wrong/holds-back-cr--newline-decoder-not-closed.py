import codecs
import io


def lines(reads):
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")("replace"), translate=True)
    rest, fresh = "", True
    for read in reads:
        text = decoder.decode(read)
        if not text:
            continue
        if fresh:
            text, fresh = text.removeprefix("\ufeff"), False
        *whole, rest = (rest + text).split("\n")
        yield from whole


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
