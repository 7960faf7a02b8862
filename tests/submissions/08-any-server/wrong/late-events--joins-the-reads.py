import re


def iter_data(reads):
    body = b""
    for read in reads:
        body += read
    data = []
    for line in re.split(b"\r\n|\r|\n", body.removeprefix(b"\xef\xbb\xbf"))[:-1]:
        if not line:
            if data:
                yield b"\n".join(data).decode("utf-8", "replace")
            data = []
        elif line == b"data" or line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
