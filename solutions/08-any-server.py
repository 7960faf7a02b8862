import codecs
import re
from collections.abc import Iterable, Iterator


def iter_data(reads: Iterable[bytes]) -> Iterator[str]:
    data: list[str] = []
    for line in lines(reads):
        if not line:
            if data:  # an event without a data line is none; one with empty data is one
                yield "\n".join(data)
            data = []
        else:
            name, _, value = line.partition(":")  # of a comment the name is empty
            if name == "data":
                data.append(value.removeprefix(" "))


def lines(reads: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")  # keeps the bytes of a character that is not whole yet
    rest, at_start, after_cr = "", True, False
    for read in reads:
        text = decoder.decode(read)
        if not text:
            continue
        if at_start:
            text, at_start = text.removeprefix("\ufeff"), False
        if after_cr:
            text = text.removeprefix("\n")  # the other half of a CRLF
        after_cr = text.endswith("\r")
        *whole, rest = re.split("\r\n|\n|\r", rest + text)
        yield from whole


if __name__ == "__main__":

    def some_reads() -> Iterator[bytes]:
        whole = b"data: Hello\n\n: ping\n\ndata: world \xf0\x9f\x8c\x8d\r\n\r\ndata: [DONE]\n\n"
        for read in (whole[:2], whole[2:12], whole[12:30], whole[30:35], whole[35:40], b"", whole[40:]):
            print("a read   ", read)
            yield read

    for data in iter_data(some_reads()):
        print("  an event", repr(data), flush=True)
