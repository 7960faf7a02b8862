r"""The table: reads as they come off the network, and the events that the WHATWG standard makes of them.

Source: WHATWG HTML 9.2.5 and 9.2.6; the cases named "WPT" are those of web-platform-tests (eventsource/format-*).
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    name: str
    reads: list[bytes]
    expected: list[tuple[str, str]]  # type, data

    @property
    def body(self) -> bytes:
        return b"".join(self.reads)


def one(name: str, body: bytes, *data: str) -> Case:
    """A case in one read whose events all are messages."""
    return Case(name, [body], [("message", item) for item in data])


MIB = 1024 * 1024

CASES = [
    # Line ends
    one("LF", b"data: a\n\n", "a"),
    one("CRLF", b"data: a\r\n\r\n", "a"),
    one("CR", b"data: a\r\rdata: b\r\r", "a", "b"),
    one("mixed line ends", b"data: a\r\ndata: b\ndata: c\r\r\n", "a\nb\nc"),
    one("LF then CR is two line ends", b"data: a\n\rdata: b\n\r", "a", "b"),
    one("CR CRLF is two line ends", b"data: a\r\r\ndata: b\n\n", "a", "b"),
    one("CRLF CR is two line ends", b"data: a\r\n\rdata: b\n\n", "a", "b"),
    Case("CRLF in two reads", [b"data: A\r\n", b"data: B\r", b"\ndata: C\r\n", b"\n"], [("message", "A\nB\nC")]),
    Case("CRLF in two reads, after a type", [b"event: error\r", b"\ndata: x\r", b"\n\r", b"\n"], [("error", "x")]),
    Case("an empty read between CR and LF", [b"data: a\r", b"", b"\ndata: b\n\n"], [("message", "a\nb")]),
    Case(
        "a read that ends in CR, the next begins with a line",
        [b"data: a\r", b"data: b\r", b"\r"],
        [("message", "a\nb")],
    ),
    # Data
    one("no space", b"data:a\n\n", "a"),
    one("of two spaces one stays", b"data:  a\n\n", " a"),
    one("a tab stays", b"data:\ta\n\n", "\ta"),
    one("a space at the end stays", b"data: a \n\n", "a "),
    one("several data lines", b'data: {\ndata: "a":1}\n\n', '{\n"a":1}'),
    one("empty data is dispatched", b"data:\n\n", ""),
    one("data of one space", b"data: \n\n", ""),
    one("data without colon, twice", b"data\ndata\n\n", "\n"),
    one("data without colon and with", b"data\ndata: a\n\n", "\na"),
    one("colons in the value", b"data: a:b: c\n\n", "a:b: c"),
    one("the text says data:", b"data: data: data: a\n\n", "data: data: a"),
    one("escaped line ends in JSON", b'data: {"a":"x\\n\\ny"}\n\n', '{"a":"x\\n\\ny"}'),
    one("a line of 1 MiB", b"data: " + b"x" * MIB + b"\n\n", "x" * MIB),
    # Comments and blank lines
    one("comment", b": OPENROUTER PROCESSING\n\ndata: a\n\n", "a"),
    one("comment inside an event", b"data: a\n: ping\ndata: b\n\n", "a\nb"),
    one("bare colon", b":\n\ndata: a\n\n", "a"),
    one("comment that says data:", b":data: no\n\ndata: a\n\n", "a"),
    one("more blank lines", b"\n\n\ndata: a\n\n\n\ndata: b\n\n", "a", "b"),
    one("blank lines only", b"\n\r\n\r"),
    one("nothing at all", b""),
    # Other fields
    one("type without data", b"event: ping\n\ndata: a\n\n", "a"),
    one("type without data does not linger", b"event: ping\n\nevent: pong\n\ndata: a\n\n", "a"),
    Case("the type is forgotten", [b"event: x\ndata: a\n\ndata: b\n\n"], [("x", "a"), ("message", "b")]),
    Case("the last type counts", [b"event: x\nevent: y\ndata: a\n\n"], [("y", "a")]),
    one("an empty type is message", b"event: \ndata: a\n\n", "a"),
    one("an empty type takes back another", b"event: x\nevent\ndata: a\n\n", "a"),
    Case("the type may follow the data", [b"data: a\nevent: x\n\n"], [("x", "a")]),
    one("unknown field", b"foo: 1\ndata: a\n\n", "a"),
    one("field names have their case", b"Data: x\ndata: a\n\n", "a"),
    one("a space before the name", b" data: x\ndata: a\n\n", "a"),
    one("a space before the colon", b"data : x\ndata: a\n\n", "a"),
    one("a name that only begins with data", b"database: x\ndata: a\n\n", "a"),
    one("id only", b"id: 1\n\ndata: a\n\n", "a"),
    one("id, then a comment", b"id: 1\ndata: a\n\n: ping\n\ndata: b\n\n", "a", "b"),
    one("retry only", b"retry: 100\n\ndata: a\n\n", "a"),
    # Ends
    one("the last event has no line end", b"data: a\n\ndata: b", "a"),
    one("the last event has no blank line", b"data: a\n\ndata: b\n", "a"),
    one("the last event has half a CRLF", b"data: a\r\n\r\ndata: b\r\n", "a"),
    # Bytes
    Case(
        "characters in pieces",
        [bytes([byte]) for byte in b"data: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n\n"],
        [("message", "é€😀")],
    ),
    one("a BOM", b"\xef\xbb\xbfdata: a\n\ndata: b\n\n", "a", "b"),
    one("two BOMs: one is dropped", b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", "b"),
    Case("a BOM in pieces", [b"\xef", b"\xbb\xbfdata: a\n\n"], [("message", "a")]),
    one("a BOM in the middle stays", b"data: a\n\n\xef\xbb\xbfdata: b\n\ndata: \xef\xbb\xbfc\n\n", "a", "\ufeffc"),
    one("a BOM before a blank line", b"\xef\xbb\xbf\n\ndata: a\n\n", "a"),
    one("a BOM alone", b"\xef\xbb\xbf"),
    one("half a BOM", b"\xef\xbbdata: x\n\ndata: a\n\n", "a"),
    one("U+2028, U+2029, U+0085 are text", b"data: a\xe2\x80\xa8b\xe2\x80\xa9c\xc2\x85d\n\n", "a\u2028b\u2029c\x85d"),
    one("VT, FF, FS are text", b"data: a\x0bb\x0cc\x1cd\n\n", "a\x0bb\x0cc\x1cd"),
    one("an invalid byte", b"data: a\xffb\n\n", "a\ufffdb"),
    one("half a character before a line end", b"data: a\xe2\x82\n\ndata: b\n\n", "a\ufffd", "b"),
    one("half a character before CR", b"data: a\xf0\x9f\x98\r\r", "a\ufffd"),
    one("a byte of U+0085 as Latin-1", b"data: a\x85b\n\n", "a\ufffdb"),
    one("a surrogate in UTF-8", b"data: \xed\xa0\x80\n\n", "\ufffd\ufffd\ufffd"),
    one("an overlong LF is no line end", b"data: a\xc0\x8ab\n\n", "a\ufffd\ufffdb"),
    one("NUL is text", b"data: \x00\n\n", "\x00"),
    # web-platform-tests
    one(
        "WPT field parsing",
        b"data:\x00\ndata:  2\rData:1\ndata\x00:2\ndata:1\r\x00data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
        "\x00\n 2\n1\n3\n\n4",
    ),
    one(
        "WPT comments",
        b"data:1\r:\x00\n:\r\ndata:2\n:" + b"x" * 2048 + b"\rdata:3\n:data:fail\r:" + b"x" * 2048 + b"\ndata:4\n\n",
        "1\n2\n3\n4",
    ),
    one("WPT newlines", b"data:test\r\ndata\ndata:test\r\n\r", "test\n\ntest"),
    one("WPT leading space", b"data:\ttest\rdata: \ndata:test\n\n", "\ttest\n\ntest"),
    one("WPT null character", b"data:\x00\n\n\n\n", "\x00"),
]

BY_NAME = {case.name: case for case in CASES}
assert len(BY_NAME) == len(CASES)
