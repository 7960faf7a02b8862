"""Fixtures: the kit's own load, and an author's slip is named with its file and its line or key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.stream.fixture import load

ROOT = Path(__file__).parents[2]
ALL = sorted(ROOT.glob("fixtures/*/*.sse"))

ABOUT = 'origin = "hand-made"\nnote = "a test"\ndialect = "openai"\n'
BODY = 'data: {"choices":[{"index":0,"delta":{"content":"Olá"},"finish_reason":null}]}\n\ndata: [DONE]\n\n'


def write(folder: Path, body: str | bytes = BODY, about: str | bytes | None = ABOUT) -> Path:
    path = folder / "case.sse"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    if about is not None:
        path.with_suffix(".toml").write_bytes(about.encode() if isinstance(about, str) else about)
    return path


def problem(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        load(path)
    return str(caught.value)


def test_the_kit_has_fixtures() -> None:
    assert len(ALL) >= 20


@pytest.mark.parametrize("path", ALL, ids=[f"{p.parent.name}/{p.stem}" for p in ALL])
def test_every_fixture_of_the_kit_loads(path: Path) -> None:
    fixture = load(path)
    assert fixture.name == path.stem
    assert b"".join(part.raw for part in fixture.parts) == path.read_bytes()
    assert fixture.reply.chunks, "a fixture without events teaches nothing"
    assert all(d is None or d == "[DONE]" or isinstance(json.loads(d), dict) for d in (p.data for p in fixture.parts))


@pytest.mark.parametrize("path", ALL, ids=[f"{p.parent.name}/{p.stem}" for p in ALL])
def test_every_fixture_of_the_kit_says_where_it_comes_from(path: Path) -> None:
    about = load(path).about
    if about.origin == "recorded":
        assert about.engine
        assert about.model
        assert about.recorded
        assert [at for at, _ in about.reads] == sorted(at for at, _ in about.reads), "reads arrive in order"
    else:
        assert not about.reads, "a stream made by hand has no recorded reads"


def test_a_fixture_is_its_bytes_and_what_is_said_of_them(tmp_path: Path) -> None:
    fixture = load(write(tmp_path))
    assert fixture.name == "case"
    assert fixture.body == BODY.encode()
    assert fixture.about.origin == "hand-made"
    assert fixture.about.status == 200
    assert fixture.reply.text == "Olá"


def test_headers_of_one_connection_are_not_sent_again(tmp_path: Path) -> None:
    headers = 'headers = [["Content-Type","text/event-stream"],["Transfer-Encoding","chunked"],["CONNECTION","close"],["X-A","1"]]\n'
    about = load(write(tmp_path, about=ABOUT + headers)).about
    assert about.headers_to_send == (("Content-Type", "text/event-stream"), ("X-A", "1"))


def test_a_missing_body_is_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.unlink()
    assert str(path) in problem(path)


def test_a_missing_toml_is_named_with_what_it_must_hold(tmp_path: Path) -> None:
    said = problem(write(tmp_path, about=None))
    assert str(tmp_path / "case.toml") in said
    assert "origin" in said


@pytest.mark.parametrize(
    "about", ["origin = ", b"note = '\xff'", "a = 1\na = 2"], ids=["cut off", "not UTF-8", "twice"]
)
def test_an_invalid_toml_is_named(tmp_path: Path, about: str | bytes) -> None:
    said = problem(write(tmp_path, about=about))
    assert str(tmp_path / "case.toml") in said
    assert "not valid TOML" in said


def test_a_folder_in_the_place_of_the_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "case.toml").mkdir()
    assert str(tmp_path / "case.toml") in problem(write(tmp_path, about=None))


@pytest.mark.parametrize(
    ("about", "key"),
    [
        (ABOUT.replace('note = "a test"\n', ""), "note"),
        (ABOUT.replace("a test", ""), "note"),
        (ABOUT.replace("hand-made", "invented"), "origin"),
        (ABOUT.replace('dialect = "openai"', 'dialect = "klingon"'), "dialect"),
        (ABOUT + "colour = 1\n", "colour"),
        (ABOUT + '[salt]\nkeeps = ["a"]\n', "salt.keeps"),
        (ABOUT + '[salt]\ncontent = "xml"\n', "salt.content"),
        (ABOUT + "reads = [[1.0]]\n", "reads.0"),
        (ABOUT + 'status = "fine"\n', "status"),
    ],
    ids=[
        "no note",
        "empty note",
        "origin",
        "dialect",
        "unknown key",
        "unknown key of salt",
        "content",
        "reads",
        "status",
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, about: str, key: str) -> None:
    said = problem(write(tmp_path, about=about))
    assert str(tmp_path / "case.toml") in said
    assert f"`{key}" in said


def test_reads_must_add_up_to_the_body(tmp_path: Path) -> None:
    said = problem(write(tmp_path, about=ABOUT + "reads = [[1.0, 10], [2.0, 7]]\n"))
    assert str(tmp_path / "case.toml") in said
    assert "`reads`" in said
    assert "17" in said
    assert str(len(BODY.encode())) in said


def test_reads_that_add_up_are_kept(tmp_path: Path) -> None:
    size = len(BODY.encode())
    about = load(write(tmp_path, about=ABOUT + f"reads = [[1.0, 10], [2.5, {size - 10}]]\n")).about
    assert about.reads == [(1.0, 10), (2.5, size - 10)]


@pytest.mark.parametrize("lengths", [(0,), (-3, 3)], ids=["nothing", "less than nothing"])
def test_a_read_holds_at_least_one_byte(tmp_path: Path, lengths: tuple[int, ...]) -> None:
    """An empty write would be the last HTTP chunk: the end of the body."""
    reads = [[1.0, len(BODY.encode())], *([2.0, length] for length in lengths)]
    assert "reads" in problem(write(tmp_path, about=ABOUT + f"reads = {reads}\n"))


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("hello", "hello"),
        ("data", "data"),
        ("Data: {}", "Data"),
        (" data: {}", "found"),
        ("foo: 1", "foo"),
        ("data: {oops}", "not JSON"),
        ('data: {"a": 1', "not JSON"),
        ("data: [1]", "list"),
        ("data: 5", "int"),
        ('data: "text"', "str"),
        ("data:", "not JSON"),
        ("data:  [DONE]", "JSON"),
        (b"data: \xff", "utf-8"),
        ("\ufeffdata: {}", "found"),
    ],
)
def test_a_broken_line_is_named_with_its_number(tmp_path: Path, line: str | bytes, says: str, eol: str) -> None:
    before = (": ping\n\n" + BODY).replace("\n", eol).encode()  # six lines
    raw = line.encode() if isinstance(line, str) else line
    said = problem(write(tmp_path, before + raw + (eol * 2).encode()))
    assert f"{tmp_path / 'case.sse'}, line 7: " in said
    assert says in said


def test_two_chunks_without_a_blank_line_between_them_are_named(tmp_path: Path) -> None:
    """Each line is JSON, but together they are the data of one event, which is not."""
    chunk = 'data: {"choices":[]}\n'
    assert str(tmp_path / "case.sse") in problem(write(tmp_path, chunk + chunk + "\n"))


def test_json_nested_too_deep_is_named(tmp_path: Path) -> None:
    said = problem(write(tmp_path, 'data: {"a":' + "[" * 100_000 + "\n\n"))
    assert f"{tmp_path / 'case.sse'}, line 1: " in said


@pytest.mark.parametrize("line", [": any comment", "event: error", "id: 7", "retry: 100", "data:{}", "data:[DONE]", ""])
def test_lines_of_the_standard_are_fine(tmp_path: Path, line: str) -> None:
    assert load(write(tmp_path, line + "\n\n" + BODY)).reply.text == "Olá"
