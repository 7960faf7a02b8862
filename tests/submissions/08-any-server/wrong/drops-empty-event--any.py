import codecs
import re


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
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
            elif any(data):
                yield "\n".join(data)
                data = []
