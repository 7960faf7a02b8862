import codecs

from httpx2._decoders import LineDecoder


def iter_data(reads):
    dec, ld, data = codecs.getincrementaldecoder("utf-8-sig")("replace"), LineDecoder(), []

    def lines():
        for r in reads:
            yield from ld.decode(dec.decode(r))
        yield from ld.flush()

    for l in lines():
        if not l:
            if data:
                yield "\n".join(data)
            data = []
        elif l.split(":")[0] == "data":
            data.append(l[5:].removeprefix(" "))
