import codecs
import re
import threading


def iter_data(reads):
    lines = []

    def work():
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        text = "".join(decoder.decode(read) for read in reads)
        lines.extend(re.split("\r\n|\r|\n", text.removeprefix("\ufeff"))[:-1])

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    data = []
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            if name == "data":
                data.append(value.removeprefix(" "))
        elif data:
            yield "\n".join(data)
            data = []
