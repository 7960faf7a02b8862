import codecs
import re

EVENT_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r(?=[^\n]))", re.S)


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf8")("replace")
    buffer = ""
    started = False
    values = []

    def take(line):
        nonlocal values
        if line:
            found = re.fullmatch(r"data(?:: ?(.*))?", line, re.S)
            if found:
                values.append(found[1] or "")
            return None
        done, values = values, []
        return "\n".join(done) if done else None

    for read in reads:
        buffer += decoder.decode(read)
        if not started and buffer:
            started = True
            buffer = buffer.lstrip("\ufeff") if buffer[:2] != "\ufeff\ufeff" and buffer[0] == "\ufeff" else (
                buffer[1:] if buffer[0] == "\ufeff" else buffer
            )
        position = 0
        while match := EVENT_LINE.match(buffer, position):
            position = match.end()
            if (data := take(match[1])) is not None:
                yield data
        buffer = buffer[position:]
    if buffer.endswith("\r") and (data := take(buffer[:-1])) is not None:
        yield data
