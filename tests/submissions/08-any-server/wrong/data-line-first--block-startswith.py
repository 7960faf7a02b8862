import codecs
import re


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    buffer = ""
    for read in reads:
        buffer += decoder.decode(read)
        *blocks, buffer = re.split("\n\n", buffer)
        for block in blocks:
            if block.startswith(":"):
                block = block.partition("\n")[2]
            if not block.startswith("data"):
                continue
            values = [line.partition(":")[2].removeprefix(" ") for line in block.split("\n") if line.partition(":")[0] == "data"]
            yield "\n".join(values)
