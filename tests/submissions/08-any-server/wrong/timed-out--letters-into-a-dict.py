import codecs
from itertools import chain


def iter_data(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    state = {"line": "", "cr": False, "start": True, "data": None}

    def event_at(char):
        """None, or the data of the event that ends with this character."""
        if state["start"]:
            state["start"] = False
            if char == "\ufeff":
                return None
        if char == "\n" and state["cr"]:
            state["cr"] = False
            return None
        state["cr"] = char == "\r"
        if char not in "\r\n":
            state["line"] += char
            return None
        line, state["line"] = state["line"], ""
        if not line:
            done, state["data"] = state["data"], None
            return done
        name, _, value = line.partition(":")
        if name == "data":
            value = value.removeprefix(" ")
            state["data"] = value if state["data"] is None else f"{state['data']}\n{value}"
        return None

    characters = chain.from_iterable(map(decoder.decode, reads))
    return filter(lambda data: data is not None, map(event_at, characters))
