def iter_data(reads):
    buf = bytearray()
    start_of_stream = True
    ignore_lf = False
    data = []
    for read in reads:
        buf.extend(read)
        if start_of_stream:
            if len(buf) < 3 and b"\xef\xbb\xbf".startswith(bytes(buf)):
                continue
            if buf[:3] == b"\xef\xbb\xbf":
                del buf[:3]
            start_of_stream = False
        pos = 0
        while pos < len(buf):
            if ignore_lf:
                ignore_lf = False
                if buf[pos] == 10:
                    pos += 1
                    continue
            lf = buf.find(b"\n", pos)
            cr = buf.find(b"\r", pos, lf if lf >= 0 else len(buf))
            end = cr if cr >= 0 else lf
            if end < 0:
                break
            ignore_lf = buf[end] == 13
            line = bytes(buf[pos:end])
            pos = end + 1
            if not line:
                if data:
                    yield b"\n".join(data).decode("utf-8", "replace")
                data = []
            elif line == b"data" or line.startswith(b"data:"):
                value = line[5:]
                data.append(value[1:] if value[:1] == b" " else value)
        del buf[:pos]
