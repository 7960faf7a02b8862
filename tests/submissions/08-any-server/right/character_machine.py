# One character at a time.
import codecs


def characters(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    start = True
    for chunk in reads:
        for ch in decoder.decode(chunk):
            if start:
                start = False
                if ch == "\ufeff":
                    continue
            yield ch


def iter_data(reads):
    line = []
    data = None
    cr = False
    for ch in characters(reads):
        if ch == "\n" and cr:
            cr = False
            continue
        cr = ch == "\r"
        if ch != "\n" and ch != "\r":
            line.append(ch)
            continue
        text = "".join(line)
        line = []
        if text == "":
            if data is not None:
                yield data
            data = None
            continue
        if ":" in text:
            field, value = text.split(":", 1)
            if value.startswith(" "):
                value = value[1:]
        else:
            field, value = text, ""
        if field == "data":
            data = value if data is None else data + "\n" + value
