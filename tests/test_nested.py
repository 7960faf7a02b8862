"""JSON of strangers: whatever it is, it is read or it is a ValueError, and nothing of it is nested deeper than allowed."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.nested import MOST_DEPTH, depth, read


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        read(data)


@pytest.mark.parametrize(
    ("levels", "fits"), [(1, True), (MOST_DEPTH, True), (MOST_DEPTH + 1, False), (990, False), (200_000, False)]
)
@pytest.mark.parametrize("pair", ["[]", '{"a":}'])
def test_what_is_nested_too_deeply_is_refused(levels: int, fits: bool, pair: str) -> None:
    opening, closing = pair[:-1], pair[-1]
    text = opening * levels + "1" + closing * levels
    if fits:
        assert depth(read(text)) == levels
        json.dumps(read(text))
    else:
        with pytest.raises(ValueError, match="nested too deeply"):
            read(text)
