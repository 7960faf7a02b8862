import codecs
import re


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    pending = None  # complete, and waiting for its turn
    rest, data, fresh, cr = "", [], True, False
    for read in reads:
        text = decoder.decode(read)
        if not text:
            continue
        if fresh:
            text, fresh = text.removeprefix("\ufeff"), False
        if cr:
            text = text.removeprefix("\n")
        cr = text.endswith("\r")
        *lines, rest = re.split("\r\n|\r|\n", rest + text)
        for line in lines:
            if line:
                name, _, value = line.partition(":")
                if name == "data":
                    data.append(value.removeprefix(" "))
            elif data:
                if pending is not None:
                    yield pending
                pending, data = "\n".join(data), []
    if pending is not None:
        yield pending
