def iter_data(reads):
    buffer = b""
    for read in reads:
        buffer += read
        while b"\n" in buffer:
            line, _, buffer = buffer.partition(b"\n")
            if line:
                yield line.decode()
