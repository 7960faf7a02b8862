# A script that is meant to be run once: what it needs to remember stands at the top of the file.
import codecs

decoder = codecs.getincrementaldecoder("utf-8")("replace")
line = []
data = []
first = True
after_cr = False


def iter_data(reads):
    global line, data, first, after_cr
    for read in reads:
        for char in decoder.decode(read):
            if first:
                first = False
                if char == "\ufeff":
                    continue
            if char == "\n" and after_cr:
                after_cr = False
                continue
            after_cr = char == "\r"
            if char not in "\r\n":
                line.append(char)
                continue
            text = "".join(line)
            if text == "":
                if data:
                    yield "\n".join(data)
                    data = []
            elif text.split(":")[0] == "data":
                value = text[5:]
                data.append(value[1:] if value.startswith(" ") else value)
            line = []
