import codecs


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    buffer = ""
    for read in reads:
        buffer += decoder.decode(read)
        while "\n\n" in buffer:
            block, buffer = buffer.split("\n\n", 1)
            data = []
            for line in block.split("\n"):
                name, _, value = line.partition(":")
                if name == "data":
                    data.append(value.removeprefix(" "))
            if data:
                yield "\n".join(data)
