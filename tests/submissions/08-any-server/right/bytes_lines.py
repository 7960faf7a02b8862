from collections.abc import Iterable, Iterator


def iter_lines(reads: Iterable[bytes]) -> Iterator[bytes]:
    """Splits at LF, CR, CRLF while everything is still bytes; a line is decoded when it is whole."""
    pending = b""
    skip_lf = False
    for read in reads:
        if skip_lf and read:
            if read[:1] == b"\n":
                read = read[1:]
            skip_lf = False
        if not read:
            continue
        pending += read
        pieces = pending.splitlines(keepends=True)
        pending = b""
        for piece in pieces:
            if piece.endswith((b"\n", b"\r")):
                yield piece.rstrip(b"\r\n") if len(piece.rstrip(b"\r\n")) + 2 >= len(piece) else piece
            else:
                pending = piece
        skip_lf = bool(pieces) and pieces[-1].endswith(b"\r")


def iter_data(reads: Iterable[bytes]) -> Iterator[str]:
    data: list[str] = []
    for number, raw in enumerate(iter_lines(reads)):
        if number == 0 and raw.startswith(b"\xef\xbb\xbf"):
            raw = raw[3:]
        line = raw.decode("utf-8", errors="replace")
        if not line:
            if data:
                yield "\n".join(data)
                data = []
        elif line == "data":
            data.append("")
        elif line.startswith("data:"):
            value = line[5:]
            data.append(value[1:] if value[:1] == " " else value)
