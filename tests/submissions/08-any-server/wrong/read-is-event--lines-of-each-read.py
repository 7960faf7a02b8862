import codecs


class Parser:
    def __init__(self):
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.data = []

    def feed(self, read):
        for line in self.decoder.decode(read).split("\n"):
            if line == "":
                if self.data:
                    yield "\n".join(self.data)
                    self.data = []
            elif line.startswith("data:"):
                self.data.append(line[5:].lstrip(" "))


def iter_data(reads):
    parser = Parser()
    for read in reads:
        yield from parser.feed(read)
