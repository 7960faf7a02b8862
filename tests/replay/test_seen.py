r"""Pieces on a screen: in whatever spelling they appear, wherever the output is cut; and never where they are not.

`Screen.feed` must find every piece once everything has been fed, and must not need a later byte to find an earlier
piece: the server waits for it.
"""

from __future__ import annotations

import io
import itertools
import json
import pprint
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from grader.replay.seen import Screen, plain

# What replies are made of, beside letters: all that some spelling escapes, and all that is white space somewhere.
ODD = "éÁ安🍕👩‍👧\u2028\u0085\xa0\xad\u200b\ufeff\"'{}[]:,\\/ntux0d8 \n\t\r\x07\x08\x0c<>&"
LETTERS = "abcdeé安🍕 ,."
PIECES = st.lists(st.text(st.sampled_from(LETTERS), max_size=5), min_size=1, max_size=6)
ODD_PIECES = st.lists(st.text(st.sampled_from(ODD), max_size=6), min_size=1, max_size=6)

SPELLINGS: dict[str, Callable[[list[str]], str]] = {
    "one a line": lambda pieces: "\n".join(pieces) + "\n",
    "JSON a line": lambda pieces: "\n".join(json.dumps(piece) for piece in pieces),
    "JSON, not escaped": lambda pieces: "\n".join(json.dumps(piece, ensure_ascii=False) for piece in pieces),
    "chunks as JSON": lambda pieces: "\n".join(json.dumps({"choices": [{"delta": {"content": p}}]}) for p in pieces),
    "repr": lambda pieces: "\n".join(map(repr, pieces)),
    "ascii": lambda pieces: "\n".join(map(ascii, pieces)),
    "repr of bytes": lambda pieces: "\n".join(repr(piece.encode()) for piece in pieces),
    "repr of bytes with JSON": lambda pieces: "\n".join(
        repr(b"data: " + json.dumps({"content": piece}, ensure_ascii=False).encode()) for piece in pieces
    ),
    "repr of bytes with escaped JSON": lambda pieces: "\n".join(
        repr(json.dumps({"c": piece}).encode()) for piece in pieces
    ),
    "repr of dicts": lambda pieces: "\n".join(repr({"content": piece, "role": None}) for piece in pieces),
    "repr of a list": repr,
    "repr of a list of bytes": lambda pieces: repr([piece.encode() for piece in pieces]),
    "JSON inside a repr": lambda pieces: "\n".join(repr("data: " + json.dumps({"content": piece})) for piece in pieces),
    "JSON inside JSON": lambda pieces: "\n".join(json.dumps(json.dumps(piece)) for piece in pieces),
    "with labels": lambda pieces: "\n".join(f"[{i}] piece={piece!r} ({len(piece)})" for i, piece in enumerate(pieces)),
    "in colour": lambda pieces: "".join(f"\x1b[1;32m{piece}\x1b[0m" for piece in pieces),
    "in colour, with a title and a cleared line": lambda pieces: (
        "\x1b]0;title\x07" + "".join(f"\x1b[38;5;196m{piece}\x1b[K\x1b[?25l" for piece in pieces)
    ),
}

spellings = pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())


def seen(pieces: list[str], *reads: bytes) -> int:
    screen = Screen(pieces)
    for read in reads:
        screen.feed(read)
    return screen.seen


def recut(data: bytes, offsets: list[int]) -> list[bytes]:
    inside = [0, *sorted(o % (len(data) + 1) for o in offsets), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(inside)]


# -- seen -------------------------------------------------------------------------------------------------------------


@spellings
@given(pieces=PIECES, offsets=st.lists(st.integers(0, 2000), max_size=8))
def test_pieces_are_seen_in_any_spelling_wherever_it_is_cut(
    spell: Callable[[list[str]], str], pieces: list[str], offsets: list[int]
) -> None:
    out = spell(pieces).encode()
    assert seen(pieces, *recut(out, offsets)) == len(pieces)


@spellings
@given(pieces=ODD_PIECES, offsets=st.lists(st.integers(0, 2000), max_size=8))
def test_odd_pieces_are_seen_in_any_spelling_wherever_it_is_cut(
    spell: Callable[[list[str]], str], pieces: list[str], offsets: list[int]
) -> None:
    out = spell(pieces).encode()
    assert seen(pieces, *recut(out, offsets)) == len(pieces)


@spellings
def test_pieces_are_seen_byte_by_byte(spell: Callable[[list[str]], str]) -> None:
    pieces = ["Olá", ", ", "mundo", " 🍕", "安全", 'say "hi"', "it's", "a\nb", "\u2028"]
    assert seen(pieces, *(bytes([byte]) for byte in spell(pieces).encode())) == len(pieces)


@given(
    st.lists(st.text(st.sampled_from(LETTERS), max_size=5), min_size=1, max_size=6),
    st.lists(st.integers(0, 99), max_size=8),
)
def test_pieces_are_seen_as_they_are(pieces: list[str], offsets: list[int]) -> None:
    assert seen(pieces, *recut("".join(pieces).encode(), offsets)) == len(pieces)


@example(pieces=["a\\", "nb"], offsets=[])
@example(pieces=['{"text": "one\\', 'ntwo"}'], offsets=[])
@given(pieces=ODD_PIECES, offsets=st.lists(st.integers(0, 99), max_size=8))
def test_odd_pieces_are_seen_as_they_are(pieces: list[str], offsets: list[int]) -> None:
    r"""Also where an escape of a JSON answer (`\n`, `\u00e9`) is cut between two pieces."""
    assert seen(pieces, *recut("".join(pieces).encode(), offsets)) == len(pieces)


@given(PIECES, st.integers(1, 7))
def test_pieces_that_were_wrapped_are_seen(pieces: list[str], width: int) -> None:
    text = "".join(pieces)
    wrapped = "\n    ".join(text[i : i + width] for i in range(0, len(text), width))
    assert seen(pieces, wrapped.encode()) == len(pieces)


@pytest.mark.parametrize("width", [20, 40, 80])
def test_what_rich_prints_is_seen(width: int) -> None:
    pieces = ["The ", "quick brown fox ", "jumps over ", "the lazy dog, ", "é安🍕 ", "and so on."]
    for force in (True, False):
        out = io.StringIO()
        console = Console(file=out, width=width, force_terminal=force)
        for piece in pieces:
            console.print(piece, end="")
        console.print({"content": pieces})
        assert seen(pieces, out.getvalue().encode()) == len(pieces)
        assert seen(pieces * 2, out.getvalue().encode()) == len(pieces) * 2


def test_what_pprint_prints_of_chunks_is_seen() -> None:
    pieces = ["The ", "quick brown fox", " é安🍕 jumps", " over"]
    chunks = [
        {"id": "x" * 30, "choices": [{"index": 0, "delta": {"content": p}, "finish_reason": None}]} for p in pieces
    ]
    assert seen(pieces, "\n".join(map(pprint.pformat, chunks)).encode()) == len(pieces)


def test_a_long_piece_that_pprint_cuts_into_several_literals_is_seen() -> None:
    piece = "a reply that one server sends in long pieces of many words each, " * 3
    assert seen([piece], pprint.pformat({"content": piece}).encode()) == 1


def test_text_wrapped_by_words_is_seen() -> None:
    pieces = ["one two ", "three four", " five ", "six seven"]
    assert seen(pieces, textwrap.fill("".join(pieces), 9).encode()) == len(pieces)


def test_a_piece_is_seen_with_its_last_byte() -> None:
    """The server waits for the piece: nothing that follows may be needed."""
    for spelling in ("é", '"\\u00e9"'[1:-1], "\\xc3\\xa9", "\\xe9"):
        screen = Screen(["é", "b"])
        assert [screen.feed(bytes([byte])) for byte in spelling.encode()] == [0] * (len(spelling.encode()) - 1) + [1]


@spellings
@given(pieces=st.lists(st.text(st.sampled_from("abé安🍕"), min_size=1, max_size=4), min_size=1, max_size=4))
def test_each_piece_is_seen_before_the_next_is_printed(spell: Callable[[list[str]], str], pieces: list[str]) -> None:
    screen = Screen(pieces)
    for i, piece in enumerate(pieces, 1):
        screen.feed((spell([piece]) + " ").encode())
        assert screen.seen >= i


def test_what_surrounds_the_pieces_does_not_matter() -> None:
    out = "Starting...\n> one (3 chars)\n---\n> two (3 chars)\nsummary: onetwo\n"
    assert seen(["one", "two"], out.encode()) == 2


@pytest.mark.parametrize("blank", ["", " ", "\n", "\t \u200b", "\u2028"])
def test_a_piece_of_white_space_is_seen_as_soon_as_what_is_before_it(blank: str) -> None:
    screen = Screen([blank, "a", blank, blank, "b", blank])
    assert screen.seen == 1
    assert screen.feed(b"a") == 4
    assert screen.feed(b"b") == 6


def test_a_real_terminal_program_is_seen() -> None:
    code = (
        "import sys\nfor p in ['Olá', ' ', '🍕', '!']:\n    sys.stdout.buffer.write(repr(p.encode()).encode() + b'\\n')"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert seen(["Olá", " ", "🍕", "!"], out) == 4


# -- not seen -----------------------------------------------------------------------------------------------------------


@given(PIECES, st.text(st.sampled_from("xyz \n{}\"'0123456789")), st.lists(st.integers(0, 99), max_size=4))
def test_what_is_not_there_is_never_seen(pieces: list[str], out: str, offsets: list[int]) -> None:
    first = next((i for i, piece in enumerate(pieces) if plain(piece)), len(pieces))
    assert seen(pieces, *recut(out.encode(), offsets)) == first


@given(pieces=st.lists(st.text("abé安🍕", min_size=1, max_size=5), min_size=1, max_size=5), share=st.floats(0, 0.999))
def test_no_more_is_seen_than_was_shown(pieces: list[str], share: float) -> None:
    text = "".join(pieces)
    shown = text[: int(share * len(text))]
    whole, length = 0, 0
    for piece in pieces:
        length += len(piece)
        whole += length <= len(shown)
    assert seen(pieces, shown.encode()) == whole


@given(st.lists(st.sampled_from(["uno", "dos", "tres", "vier"]), min_size=2, max_size=5))
def test_order_matters(pieces: list[str]) -> None:
    """What can be found in this order in the reversed output is what is seen, no more."""
    out, at, expected = list(reversed(pieces)), 0, 0
    for piece in pieces:
        if piece not in out[at:]:
            break
        at = out.index(piece, at) + 1
        expected += 1
    assert seen(pieces, " ".join(out).encode()) == expected


def test_a_piece_that_comes_twice_must_be_shown_twice() -> None:
    screen = Screen(["ha", "ha", "ha"])
    assert [screen.feed(b"ha"), screen.feed(b"\n"), screen.feed(b"haha")] == [1, 1, 3]


@pytest.mark.parametrize("out", ["Ol\u00c3\u00a1", "Ol?", "Ola", "Ol\ufffd", "Ol"])
def test_text_that_was_decoded_wrongly_is_not_seen(out: str) -> None:
    assert seen(["Olá"], out.encode()) == 0


# -- what a hostile program prints costs little -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "out",
    [
        b"\\" * 65536 + b"a",
        b"\\xc3" * 16384 + b" ",
        b"\\u" * 32768 + b" ",
        b"\x1b[" * 32768,
        b"\x1b]" + b"x" * 65536,
        b"\\ud83c" * 10000 + b" ",
        b"'" + b"\n" * 65536,
    ],
    ids=["backslashes", "byte escapes", "half escapes", "control sequences", "a title", "surrogates", "empty lines"],
)
def test_one_read_of_escapes_takes_no_time_to_speak_of(out: bytes) -> None:
    """No clock: the look happens in a process with two seconds of CPU, where a quadratic one takes a minute."""
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (2, 2))\n"
        "from grader.replay.seen import Screen\nscreen = Screen(['zzz']); data = sys.stdin.buffer.read()\n"
        "screen.feed(data); print(screen.feed(b'zzz'))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=out, capture_output=True)
    assert done.returncode == 0, f"killed by the CPU limit: {done.returncode} {done.stderr[-300:]!r}"


def test_half_a_megabyte_in_small_reads_takes_no_time_to_speak_of() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (4, 4))\n"
        "from grader.replay.seen import Screen\nscreen = Screen(['zzz'])\n"
        "for _ in range(100_000): screen.feed(b'abcde')\nprint(screen.feed(b'zzz'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert done.stdout == b"1\n", f"killed by the CPU limit: {done.returncode} {done.stderr[-300:]!r}"
