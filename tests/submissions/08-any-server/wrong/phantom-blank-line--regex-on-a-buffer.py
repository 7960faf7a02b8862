import codecs
import re

LINE_END = re.compile(r"\r\n|\n|\r")


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    buffer, data, first = "", [], True
    for read in reads:
        buffer += decoder.decode(read)
        if first and buffer:
            buffer = buffer.removeprefix("\ufeff")
            first = False
        start = 0
        for end in LINE_END.finditer(buffer):
            line = buffer[start : end.start()]
            start = end.end()
            if not line:
                if data:
                    yield "\n".join(data)
                data = []
                continue
            field, _, value = line.partition(":")
            if field == "data":
                data.append(value.removeprefix(" "))
        buffer = buffer[start:]
