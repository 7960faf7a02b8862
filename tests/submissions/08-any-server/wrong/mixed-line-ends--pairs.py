import re


def iter_data(reads):
    buffer = b""
    for read in reads:
        buffer += read
        while match := re.search(rb"\r\n\r\n|\n\n|\r\r", buffer):
            block, buffer = buffer[: match.start()], buffer[match.end() :]
            data = []
            for line in block.splitlines():
                if line == b"data" or line.startswith(b"data:"):
                    data.append(line[5:].removeprefix(b" ").decode("utf-8", "replace"))
            if data:
                yield "\n".join(data)
