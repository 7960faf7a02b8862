import re


def iter_data(reads):
    text = b"".join(reads).decode("utf-8", "replace").removeprefix("\ufeff")
    lines = re.split("\r\n|\r|\n", text)[:-1]
    events, data = [], []
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            if name == "data":
                data.append(value.removeprefix(" "))
        else:
            if data:
                events.append("\n".join(data))
            data = []
    return events
