def iter_data(reads):
    buffer = b""
    for read in reads:
        buffer += read
        while b"\r\n" in buffer:
            line, buffer = buffer.split(b"\r\n", 1)
            if line.startswith(b"data:"):
                yield line[5:].strip().decode("utf-8", "replace")
