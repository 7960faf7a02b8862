"""Bytes from a terminal, and the keys that were pressed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.watch.keys import Keys

KNOWN = {
    "n": b"n", "G": b"G", " ": b" ", "ü": "ü".encode(), "enter": b"\r", "q": b"\x04",
    "up": b"\x1b[A", "down": b"\x1bOB", "home": b"\x1b[1~", "end": b"\x1b[F", "pgup": b"\x1b[5~", "pgdn": b"\x1b[6~",
}  # fmt: skip
WITHOUT_USE = [b"\x1b[15~", b"\x1bx", b"\x1b[1;5P", b"\x01", b"\x7f", b"\xff", b"\x1b[<0;3;4M"]


def pressed(*reads: bytes) -> list[str]:
    keys = Keys()
    names = [name for data in reads for name in keys.feed(data)]
    return names + keys.pause()


@pytest.mark.parametrize("name", KNOWN)
def test_a_key_is_known_by_what_terminals_send(name: str) -> None:
    assert pressed(KNOWN[name]) == [name]


@pytest.mark.parametrize("data", WITHOUT_USE)
def test_keys_without_use_are_left_out_whole(data: bytes) -> None:
    assert pressed(data + b"n") == ["n"]


def test_an_escape_is_a_key_once_nothing_follows() -> None:
    keys = Keys()
    assert keys.feed(b"\x1b") == []
    assert keys.waits
    assert keys.pause() == ["esc"]
    assert not keys.waits


def test_two_escapes_are_two_keys() -> None:
    assert pressed(b"\x1b\x1b") == ["esc", "esc"]


def test_with_modifiers_a_sequence_is_the_same_key() -> None:
    assert pressed(b"\x1b[1;2A", b"\x1b[5;5~") == ["up", "pgup"]


@given(st.lists(st.sampled_from(sorted(KNOWN))), st.data())
def test_it_does_not_matter_how_the_reads_are_cut(names: list[str], data: st.DataObject) -> None:
    sent = b"".join(KNOWN[name] for name in names)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)))))
    reads = [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    assert pressed(*reads) == names


@given(st.lists(st.binary()))
def test_no_bytes_are_an_error_and_what_comes_out_are_keys(reads: list[bytes]) -> None:
    for name in pressed(*reads):
        assert name.isprintable() and name
