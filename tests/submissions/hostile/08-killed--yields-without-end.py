"""Yields, and yields, and yields."""

def iter_data(reads):
    while True:
        yield "passed" * 10_000
