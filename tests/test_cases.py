"""Tables of cases: salted by a seed, with escapes; a mistake in one names file, place and key."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cases import MIB, Example, examples, streams
from grader.errors import UsageError
from grader.stream.due import counts
from grader.stream.recut import by_line, whole


def example(body: str, *data: str) -> Example:
    return Example.model_validate({"name": "x", "bytes": body, "data": list(data)})


def test_a_place_becomes_a_word_the_same_in_the_bytes_and_in_the_data() -> None:
    body, data = example(r"data: <k> <l>\n\ndata: <k>\n\n", "<k> <l>", "<k>").salted(random.Random(1))
    both, k = data
    assert body == f"data: {both}\n\ndata: {k}\n\n".encode()
    first, second = both.split(" ")
    assert first == k != second


@given(st.integers(0, 2**48))
def test_the_same_seed_gives_the_same_words_and_none_with_letters_of_data_at_its_ends(seed: int) -> None:
    one = example("<k> <l> <m> <n>")
    body, _ = one.salted(random.Random(seed))
    assert body == one.salted(random.Random(seed))[0]
    words = body.decode().split(" ")
    assert len(set(words)) == 4
    assert not any(word[0] in "dat" or word[-1] in "dat" or "data" in word for word in words)


def test_escapes_are_those_of_bytes() -> None:
    body, _ = example(r"\r\n\t\x00\xff\\n é").salted(random.Random(1))
    assert body == b"\r\n\t\x00\xff\\n " + "é".encode()


def test_a_long_place_is_a_mebibyte() -> None:
    body, data = example("<1MiB>", "<1MiB>").salted(random.Random(1))
    assert len(body) == MIB
    assert data == [body.decode()]


def test_streams_are_all_cases_in_all_their_cuttings_and_the_timed_ones_say_what_is_due() -> None:
    table = [example(r"data: <k>\n\n", "<k>"), example(r"data: <k>\n\ndata: <l>\n\n", "<k>", "<l>")]

    def cuts(body: bytes, rng: random.Random):
        return [whole(body), by_line(body)]

    made = streams((table, cuts))(5)
    assert [len(stream.reads) for stream in made] == [1, 2, 1, 4]
    assert all(stream.due is None for stream in made)
    timed = streams((table, cuts), timed=True)(5)
    assert [stream.due for stream in timed] == [counts(stream.reads) for stream in made]
    assert timed[3].due == (0, 1, 1, 2)
    assert [stream.reads for stream in timed] == [stream.reads for stream in made]
    assert streams((table, cuts))(6)[0].reads != made[0].reads


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[plain]\n", "cannot be read as TOML"),
        ("[[plain]]\nname = 'a'\nbytes = ''\n", r"plain.0.data"),
        ("[[plain]]\nname = ''\nbytes = ''\ndata = []\n", r"plain.0.name"),
        ("[[plain]]\nname = 'a'\nbytes = ''\ndata = []\nexpected = []\n", r"plain.0.expected"),
    ],
)
def test_a_mistake_in_a_table_names_the_file_and_the_place(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "cases.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=says) as info:
        examples(path)
    assert str(path) in str(info.value)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cases.toml"):  # noqa: RUF043
        examples(tmp_path / "cases.toml")
