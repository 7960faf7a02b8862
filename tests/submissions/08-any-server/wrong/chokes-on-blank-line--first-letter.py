import codecs


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    buffer = ""
    for read in reads:
        buffer += decoder.decode(read)
        *lines, buffer = buffer.split("\n")
        for line in lines:
            if line[0] == ":":
                continue
            name, value = line.split(":", 1)
            if name == "data":
                yield value.removeprefix(" ")
