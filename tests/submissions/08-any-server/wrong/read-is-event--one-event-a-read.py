def iter_data(reads):
    buffer = b""
    for read in reads:
        buffer += read
        if b"\n\n" in buffer:  # at most one event comes with each read
            block, buffer = buffer.split(b"\n\n", 1)
            values = []
            for line in block.split(b"\n"):
                if line.startswith(b"data:"):
                    value = line[5:]
                    values.append(value[1:] if value.startswith(b" ") else value)
            if values:
                yield b"\n".join(values).decode("utf-8", "replace")
