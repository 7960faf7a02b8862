"""Challenge 08: any server.

Watch it at work on a small stream:   make play C=8
Have it graded:                       make grade C=8
"""

from collections.abc import Iterable, Iterator


def iter_data(reads: Iterable[bytes]) -> Iterator[str]:
    """Turn the raw reads of a stream of server-sent events into the data of each event, as texts.

    The reads come as a network gives them: cut anywhere, inside a line, between CR and LF, inside a character. Some are
    empty; that is not the end. The WHATWG standard says how they are to be read:

      bytes    UTF-8; what is invalid becomes U+FFFD. One byte order mark (U+FEFF) at the very start is dropped.
      lines    end in LF, CR or CRLF, and nowhere else.
      fields   the name is what stands before the first colon, the value what stands behind it, less one space if it
               begins with one. A line without colon is a name with an empty value.
      data     each `data` line adds its value to the event; several are joined by LF.
      others   lines of all other names, and comments (nothing before the colon), are ignored.
      events   end at a blank line. One without any `data` line is not given out, nor is one that the stream leaves
               unfinished. Empty data is data, and `[DONE]` is data like any other.

    Give each event out as soon as its blank line has come in, before you take another read. (If a read ends with the
    CR of the blank line, you may wait for the next character, or for the end, to see whether an LF follows.)
    """
    raise NotImplementedError


if __name__ == "__main__":

    def some_reads() -> Iterator[bytes]:
        whole = b"data: Hello\n\n: ping\n\ndata: world \xf0\x9f\x8c\x8d\r\n\r\ndata: [DONE]\n\n"
        for read in (whole[:2], whole[2:12], whole[12:30], whole[30:35], whole[35:40], b"", whole[40:]):
            print("a read   ", read)
            yield read

    for data in iter_data(some_reads()):
        print("  an event", repr(data), flush=True)
