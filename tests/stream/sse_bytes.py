"""Streams of server-sent events as hypothesis makes them: bytes that mean something to a reader of events, in any cut."""

from __future__ import annotations

from hypothesis import strategies as st

TOKENS = (
    *(b"data", b"data:", b"data: ", b"data:  x", b"event: e", b":", b": c", b"id", b"Data:", b"x", b"a b", b" ", b"\t"),
    *(b"\n", b"\n\n", b"\r", b"\r\n", b"\r\n\r\n", b"\r\r", b"\xc3\xa9", b"\xf0\x9f\x98\x80", b"\xe2\x80\xa8", b"\xff"),
    *(b"\xe2\x82", b"\xef\xbb\xbf", b"\x00", b"[DONE]", b""),
)
BODIES = st.lists(st.sampled_from(TOKENS), max_size=14).map(b"".join)


@st.composite
def cuts(draw: st.DrawFn, bodies: st.SearchStrategy[bytes] = BODIES) -> tuple[bytes, ...]:
    """Reads; some may be empty, and there may be none."""
    body = draw(bodies)
    places = sorted(draw(st.lists(st.integers(0, len(body)), max_size=8)))
    reads = tuple(body[a:b] for a, b in zip([0, *places], [*places, len(body)], strict=True))
    return () if reads == (b"",) and draw(st.booleans()) else reads
