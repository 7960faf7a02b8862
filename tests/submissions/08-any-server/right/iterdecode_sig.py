import codecs
import re


def iter_data(reads):
    buf, data = "", []

    def lines():
        nonlocal buf
        for text in codecs.iterdecode(reads, "utf-8-sig", "replace"):
            buf += text
            while m := re.search(
                r"\r\n|\n|\r(?!$)",
                buf,
            ):
                line, buf = buf[: m.start()], buf[m.end() :]
                yield line
        if buf.endswith("\r"):
            yield buf[:-1]

    for line in lines():
        match line.partition(":"):
            case ("", "", ""):
                if data:
                    yield "\n".join(data)
                data = []
            case ("data", _, value):
                data.append(value[1:] if value[:1] == " " else value)
