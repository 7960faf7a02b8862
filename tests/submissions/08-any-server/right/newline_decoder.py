import codecs
import io


def iter_data(reads):
    utf8 = codecs.getincrementaldecoder("utf-8")("replace")
    newlines = io.IncrementalNewlineDecoder(utf8, translate=True)

    def texts():
        for read in reads:
            yield newlines.decode(read)
        yield newlines.decode(b"", final=True)

    rest, fresh, data = "", True, []
    for text in texts():
        rest += text
        if fresh and rest:
            rest = rest[1:] if rest[0] == "\ufeff" else rest
            fresh = False
        *lines, rest = rest.split("\n")
        for line in lines:
            if not line:
                if data:
                    yield "\n".join(data)
                data.clear()
                continue
            field, _, value = line.partition(":")
            if field == "data":
                data.append(value.removeprefix(" "))
