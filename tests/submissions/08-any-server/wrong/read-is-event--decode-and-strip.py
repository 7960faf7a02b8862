def iter_data(reads):
    for read in reads:
        text = read.decode("utf-8").strip()
        if text.startswith("data:"):
            yield text[5:].strip()
