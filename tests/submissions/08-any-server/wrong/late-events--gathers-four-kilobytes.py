import codecs


def chunks(reads, size=4096):
    buffer = b""
    for read in reads:
        buffer += read
        if len(buffer) >= size:
            yield buffer
            buffer = b""
    yield buffer


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    line, data, first, cr = [], [], True, False
    for chunk in chunks(reads):
        for char in decoder.decode(chunk):
            if first:
                first = False
                if char == "\ufeff":
                    continue
            if char == "\n" and cr:
                cr = False
                continue
            cr = char == "\r"
            if char not in "\r\n":
                line.append(char)
                continue
            text, line = "".join(line), []
            if text:
                name, _, value = text.partition(":")
                if name == "data":
                    data.append(value.removeprefix(" "))
            elif data:
                yield "\n".join(data)
                data = []
