"""Challenge 08: any server."""

import codecs
import io


def iter_data(reads):
    decode = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8-sig")("replace"), translate=True).decode
    line, data = "", []
    def texts():
        for read in reads:
            yield decode(read)
        yield decode(b"", True)
    for text in texts():
        *lines, line = (line + text).split("\n")
        for whole in lines:
            name, _, value = whole.partition(":")
            if not whole:
                if data:
                    yield "\n".join(data)
                data = []
            elif name == "data":
                data.append(value.lstrip(" "))
