import io


class Raw(io.RawIOBase):
    def __init__(self, reads):
        self.reads, self.rest = reads, b""

    def readable(self):
        return True

    def readinto(self, target):
        while not self.rest:
            self.rest = next(self.reads, None)
            if self.rest is None:
                self.rest = b""
                return 0
        n = min(len(target), len(self.rest))
        target[:n], self.rest = self.rest[:n], self.rest[n:]
        return n


def iter_data(reads):
    for line in io.TextIOWrapper(io.BufferedReader(Raw(iter(reads))), encoding="utf-8", errors="replace"):
        if line.startswith("data:"):
            yield line[5:].removeprefix(" ")
