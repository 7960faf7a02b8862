import codecs
import queue
import re
import threading

END = object()


def pump(reads, lines):
    """Runs in a thread: takes reads as they come, puts whole lines into the queue."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    buffer, started, skip = "", False, False
    for read in reads:
        text = decoder.decode(read)
        if not text:
            continue
        if not started:
            text = text.removeprefix("\ufeff")
            started = True
        if skip and text[:1] == "\n":
            text = text[1:]
        if text:
            skip = text.endswith("\r")
        else:
            skip = False
        buffer += text
        *whole, buffer = re.split(r"\r\n|\r|\n", buffer)
        for line in whole:
            lines.put(line)
    lines.put(END)


def iter_data(reads):
    lines = queue.Queue()
    threading.Thread(target=pump, args=(reads, lines), daemon=True).start()
    data = []
    while (line := lines.get()) is not END:
        if line:
            name, _, value = line.partition(":")
            if name == "data":
                data.append(value.removeprefix(" "))
        elif data:
            yield "\n".join(data)
            data = []
