from codecs import getincrementaldecoder


def event_builder():
    """A coroutine: lines go in, data (or None) comes out."""
    collected, out = [], None
    while True:
        line = yield out
        out = None
        if line:
            name, _, value = line.partition(":")
            if name == "data":
                collected.append(value if not value.startswith(" ") else value[1:])
        else:
            out = "\n".join(collected) if collected else None
            collected = []


def line_splitter():
    """A coroutine: text goes in, a list of lines comes out; a trailing CR is kept until it is known what follows."""
    rest, lines = "", []
    while True:
        text = yield lines
        final = text is None
        rest += text or ""
        held = "\r" if rest.endswith("\r") and not final else ""
        body = rest[: len(rest) - len(held)].replace("\r\n", "\n").replace("\r", "\n")
        *lines, rest = body.split("\n")
        rest += held


def iter_data(reads):
    builder, splitter = event_builder(), line_splitter()
    next(builder), next(splitter)
    decoder = getincrementaldecoder("utf-8")("replace")
    first = True

    def through(text):
        for line in splitter.send(text):
            data = builder.send(line)
            if data is not None:
                yield data

    for read in reads:
        text = decoder.decode(read)
        if not text:
            continue
        if first:
            text, first = text.removeprefix("\ufeff"), False
        yield from through(text)
    yield from through(None)
