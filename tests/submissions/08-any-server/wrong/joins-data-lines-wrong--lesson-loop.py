import codecs


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    buffer = ""
    for read in reads:
        buffer += decoder.decode(read)
        while "\n" in buffer:
            line, buffer = buffer.split("\n", 1)
            line = line.rstrip("\r")
            if not line.startswith("data: "):
                continue
            yield line[len("data: ") :]
