import codecs
import re
from itertools import chain, pairwise


def iter_data(reads):
    """Looks one read ahead, to see whether an LF follows."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest, data, fresh = "", [], True
    for read, following in pairwise(chain(filter(None, reads), [b""])):
        text = decoder.decode(read)
        if fresh and text:
            text, fresh = text.removeprefix("\ufeff"), False
        rest += text
        if rest.endswith("\r") and following.startswith(b"\n"):
            continue
        *lines, rest = re.split("\r\n|\r|\n", rest)
        for line in lines:
            if line:
                name, _, value = line.partition(":")
                if name == "data":
                    data.append(value.removeprefix(" "))
            else:
                if data:
                    yield "\n".join(data)
                data = []
