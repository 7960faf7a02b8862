"""Archives as somebody made them up: what they claim is never believed, and nothing of them ends in a traceback."""

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.classroom.collect import zips
from grader.classroom.collect.entries import Unreadable
from grader.classroom.collect.zips import open_zip
from tests import breadth
from tests.classroom.handing_in import CODE, gathered, pairs, put, said, zipped


def crafted(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info, content)
    return packed.getvalue()


def link(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target.encode()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../alice/inspect_chunk.py", "climbs out"),
        ("alice/../../bob/inspect_chunk.py", "climbs out"),
        ("alice\\..\\..\\inspect_chunk.py", "climbs out"),
        ("/etc/inspect_chunk.py", "absolute"),
        ("C:\\alice\\inspect_chunk.py", "absolute"),
        ("/".join(["deep"] * 40) + "/inspect_chunk.py", "too deep"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_and_the_rest_is_read(tmp_path: Path, name: str, why: str) -> None:
    put(tmp_path, {"class.zip": crafted((name, CODE), ("carl/inspect_chunk.py", CODE))})
    found = gathered(tmp_path / "class.zip")
    assert pairs(found) == [("carl", "01")]
    assert why in said(found.problems)
    assert [path.name for path in tmp_path.iterdir()] == ["class.zip"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, {"class.zip": crafted(link("alice/inspect_chunk.py", "/etc/passwd"))})
    found = gathered(tmp_path / "class.zip")
    assert found.handed == []
    assert "is a link" in said(found.problems)


def test_backslashes_and_names_in_unmarked_utf8_are_read_as_they_were_meant(tmp_path: Path) -> None:
    marked = zipped({"Zoë/inspect_chunk.py": CODE})
    put(tmp_path, {"a.zip": marked, "b.zip": crafted(("alice\\inspect_chunk.py", CODE))})
    assert pairs(gathered(tmp_path / "a.zip")) == [("Zoë", "01")]
    assert pairs(gathered(tmp_path / "b.zip")) == [("alice", "01")]
    unmarked = marked.replace(struct.pack("<H", 0x800), struct.pack("<H", 0))
    put(tmp_path, {"c.zip": unmarked})
    assert pairs(gathered(tmp_path / "c.zip")) == [("Zoë", "01")]


def test_a_bomb_costs_no_more_than_what_a_submission_may_hold(tmp_path: Path) -> None:
    huge = zipped({"alice/inspect_chunk.py": b"\0" * (60 * 1024 * 1024), "bob/inspect_chunk.py": CODE})
    put(tmp_path, {"class.zip": huge})
    before = time.process_time()
    found = gathered(tmp_path / "class.zip")
    assert time.process_time() - before < 1
    assert pairs(found) == [("bob", "01")]
    assert "alice" in said(found.problems) and "larger than" in said(found.problems)


def test_a_zip_in_a_zip_is_opened_once_and_no_further(tmp_path: Path) -> None:
    inner = zipped({"inspect_chunk.py": CODE})
    for _ in range(3):
        inner = zipped({"again.zip": inner})
    put(tmp_path, {"class.zip": zipped({"alice/work.zip": inner})})
    assert "is packed in a way that is not opened" in said(gathered(tmp_path / "class.zip").problems)


def many_entries(count: int, *, honest: bool) -> bytes:
    """An archive whose list names one file over and over: 46 bytes and the name an entry."""
    name = b"alice/inspect_chunk.py"
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    one = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    directory = one * count
    told = min(count, 0xFFFF) if honest else 1
    return local + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, told, told, len(directory), len(local), 0)


@pytest.mark.parametrize("honest", [True, False])
def test_a_million_entries_are_refused_before_they_are_read(tmp_path: Path, honest: bool) -> None:
    put(tmp_path, {"class/alice.zip": many_entries(1_000_000, honest=honest), "class/bob/inspect_chunk.py": CODE})
    before = time.process_time()
    found = gathered(tmp_path / "class")
    assert time.process_time() - before < 1
    assert pairs(found) == [("bob", "01")]
    assert "lists more than 100000 files" in said(found.problems)


def test_many_entries_within_the_lists_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MAX_FILES", 3)
    with pytest.raises(Unreadable, match="holds 4 files, expected at most 3"):
        open_zip(many_entries(4, honest=True), "x.zip")


def test_an_encrypted_file_says_so(tmp_path: Path) -> None:
    packed = bytearray(zipped({"alice/inspect_chunk.py": CODE}))
    packed[6] |= 1  # the local header's flags, and the list's
    packed[packed.rfind(b"PK\x01\x02") + 8] |= 1
    put(tmp_path, {"class.zip": bytes(packed)})
    assert "is encrypted. Pack it without a password." in said(gathered(tmp_path / "class.zip").problems)


@settings(max_examples=breadth.examples(150), deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_zip_or_unreadable(content: bytes) -> None:
    try:
        opened = open_zip(content, "x.zip")
    except Unreadable:
        return
    for entry in opened.entries:
        assert ".." not in entry.parts


@settings(max_examples=breadth.examples(150), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6), st.integers(0, 300))
def test_a_damaged_zip_gives_what_is_left_of_it_or_problems(damage: list[tuple[int, int]], cut: int) -> None:
    packed = bytearray(zipped({"alice/inspect_chunk.py": CODE * 20, "bob/a.py": CODE, "Zoë/x.ipynb": "{}"}))
    for place, value in damage:
        packed[place % len(packed)] = value
    try:
        opened = open_zip(bytes(packed[: len(packed) - cut]), "x.zip")
    except Unreadable:
        return
    for entry in opened.entries:
        try:
            assert len(entry.read(10_000)) <= 10_000
        except Unreadable as error:
            assert str(error)


NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)


@settings(max_examples=breadth.examples(60), deadline=None)
@given(st.dictionaries(st.lists(NAMES, min_size=1, max_size=4).map("/".join), st.binary(max_size=50), max_size=5))
def test_no_name_leads_out_of_the_archive(files: dict[str, bytes]) -> None:
    opened = open_zip(crafted(*files.items()), "x.zip")
    for entry in opened.entries:
        assert entry.parts
        assert not any(part in ("", "..") or "/" in part or "\0" in part for part in entry.parts)
