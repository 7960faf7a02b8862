"""A table of cases (TOML): the bytes of streams, and the data that come out of them. Salted and re-cut from a seed."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from grader.errors import UsageError
from grader.scenario import Stream
from grader.stream.due import counts
from grader.stream.fixture import Strict, first_problem
from grader.stream.recut import Recut
from grader.stream.words import BY_LENGTH

MIB = 1024 * 1024

Cuts = Callable[[bytes, random.Random], Iterable[Recut]]

_PLACE = re.compile(r"<(1MiB|[a-z])>")
_ESCAPE = re.compile(rb"\\(x[0-9a-f]{2}|[rnt\\])")
# Words that take no part in what a case is about: see `features.DATA_TEXT`.
_WORDS = [
    word
    for length in range(3, 9)
    for word in BY_LENGTH[length]
    if word.islower() and not re.search("^[dat]|[dat]$|data", word)
]


class Example(Strict):
    """A case. `<k>` stands for a word that the seed chooses, the same wherever it stands, `<1MiB>` for a long one.

    `bytes` has escapes as Python's bytes have (`\\r \\n \\t \\xff \\\\`); `data`, those of TOML.
    """

    name: str = Field(min_length=1)
    body: str = Field(alias="bytes")
    data: list[str]

    def salted(self, rng: random.Random) -> tuple[bytes, list[str]]:
        """The bytes, and the data of their events."""
        words: dict[str, str] = {}

        def word(place: re.Match[str]) -> str:
            return words.setdefault(place[1], _word(place[1], rng, set(words.values())))

        body = _ESCAPE.sub(_unescaped, _PLACE.sub(word, self.body).encode())
        return body, [_PLACE.sub(word, item) for item in self.data]


def _word(place: str, rng: random.Random, taken: set[str]) -> str:
    long = place == "1MiB"
    word = rng.choice([word for word in _WORDS if word not in taken and (not long or MIB % len(word) == 0)])
    return word * (MIB // len(word)) if long else word


def _unescaped(escape: re.Match[bytes]) -> bytes:
    known = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"\\": b"\\"}
    return known.get(escape[1]) or bytes([int(escape[1][1:], 16)])


def examples(path: Path) -> dict[str, list[Example]]:
    """The cases of a file, by topic: `[[topic]]`. Raises UsageError naming the file, and the topic, case and key."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return TypeAdapter(dict[str, list[Example]]).validate_python(content)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path}: cannot be read as TOML: {error}") from None
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}") from None


def streams(*parts: tuple[Sequence[Example], Cuts], timed: bool = False) -> Callable[[int], list[Stream]]:
    """What a `Feed` feeds: all cases, each in all its cuttings, made of a seed. `timed`: judged by the time, too."""

    def make(seed: int) -> list[Stream]:
        rng = random.Random(seed)
        found = []
        for table, cuts in parts:
            for example in table:
                body, _ = example.salted(rng)
                found += [stream(example.name, cut.reads, cut.how, timed=timed) for cut in cuts(body, rng)]
        return found

    return make


def stream(name: str, reads: tuple[bytes, ...], how: str, *, timed: bool) -> Stream:
    return Stream(name, reads, how, counts(reads) if timed else None)
