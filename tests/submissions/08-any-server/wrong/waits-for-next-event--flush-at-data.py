import codecs


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    buffer, current = "", None
    for read in reads:
        buffer += decoder.decode(read)
        *lines, buffer = buffer.split("\n")
        for line in lines:
            if line.startswith("data:"):
                if current is not None:
                    yield current
                current = line[5:].removeprefix(" ")
