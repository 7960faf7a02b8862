"""Reader and parser in threads of their own, the queues between them bounded."""

import codecs
from queue import Queue
from threading import Thread


def iter_data(reads):
    raw, out = Queue(maxsize=4), Queue(maxsize=1)

    def reader():
        for read in reads:
            raw.put(read)
        raw.put(None)

    def parser():
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        line, event, first, after_cr = [], [], True, False
        while (read := raw.get()) is not None:
            for char in decode(read):
                if first:
                    first = False
                    if char == "\ufeff":
                        continue
                if after_cr and char == "\n":
                    after_cr = False
                    continue
                after_cr = char == "\r"
                if char in "\r\n":
                    text, line = "".join(line), []
                    if text:
                        name, _, value = text.partition(":")
                        if name == "data":
                            event.append(value[value.startswith(" ") :])
                    elif event:
                        out.put("\n".join(event))
                        event = []
                else:
                    line.append(char)
        out.put(None)

    for work in (reader, parser):
        Thread(target=work, daemon=True).start()
    while (data := out.get()) is not None:
        yield data
