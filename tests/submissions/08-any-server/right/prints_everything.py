import codecs
import sys


def iter_data(reads):
    print("starting")
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    buf = ""
    events = 0
    bom_checked = False
    skip_newline = False
    current = []
    have_data = False
    for n, r in enumerate(reads):
        print("read", n, repr(r), file=sys.stderr)
        s = decoder.decode(r)
        if s == "":
            continue
        if not bom_checked:
            bom_checked = True
            if s.startswith("\ufeff"):
                s = s[1:]
        i = 0
        while i < len(s):
            c = s[i]
            i = i + 1
            if c == "\n" and skip_newline:
                skip_newline = False
                continue
            skip_newline = False
            if c == "\r":
                skip_newline = True
            if c == "\r" or c == "\n":
                print("line:", repr(buf[:40]))
                if buf == "":
                    if have_data:
                        events = events + 1
                        print("event number", events)
                        yield "\n".join(current)
                    current = []
                    have_data = False
                elif buf == "data":
                    have_data = True
                    current.append("")
                elif buf[:5] == "data:":
                    have_data = True
                    value = buf[5:]
                    if value[:1] == " ":
                        value = value[1:]
                    current.append(value)
                buf = ""
            else:
                j = i
                while j < len(s) and s[j] not in "\r\n":
                    j = j + 1
                buf = buf + s[i - 1 : j]
                i = j
    print("done,", events, "events")
