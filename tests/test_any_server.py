"""Challenge 08's cases: what the standard says, all that the table of conformance has, one thing at a time."""

from __future__ import annotations

import ast
import importlib.util
import random
import re
from itertools import pairwise, takewhile
from pathlib import Path
from types import ModuleType

import pytest

from grader.cases import Example, examples
from grader.scenario import Feed, Stream
from grader.stream import features as has
from grader.stream.due import due
from grader.stream.features import features
from grader.stream.misread import Reading
from grader.stream.mistakes import Misreading, misreadings
from grader.stream.sse import decode
from tests import breadth, corpus

FOLDER = corpus.challenges()["08-any-server"].folder
CASES = examples(FOLDER / "cases.toml")
ALL = [example for topic in CASES.values() for example in topic]
SEEDS = (1, 2, 3)


def checks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("checks_of_08", FOLDER / "checks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FEEDS = {name: value for name, value in vars(checks()).items() if isinstance(value, Feed)}


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.name)
def test_the_data_of_each_case_is_what_the_standards_reading_makes_of_its_bytes(example: Example) -> None:
    for seed in SEEDS:
        body, data = example.salted(random.Random(seed))
        assert [event.data for event in decode(body)] == data


def test_the_names_of_the_cases_differ() -> None:
    assert len({example.name for example in ALL}) == len(ALL)


def test_every_case_is_played() -> None:
    played = {stream.name for feed in FEEDS.values() for stream in feed.streams(1)}
    assert played == {example.name for example in ALL}


# -- the table of conformance, where it is at hand -------------------------------------------------------------------

TABLES = [folder / "shared" / "wire" / "conformance.md" for folder in Path(__file__).resolve().parents]
TABLE = next((path for path in TABLES if path.exists()), None)
# Those that the table shortens, or that stand in ours with more around them.
BY_NAME = {
    "WPT field parsing": "field parsing, as in WPT",
    "WPT comments": "comments, as in WPT",
    "huge 1MiB data line": "a data line of 1 MiB",
    "double newline escaped in JSON": "line ends that are escaped in JSON",
}


def shape(body: bytes) -> bytes:
    """With every word alike, but for the names of fields."""
    return re.sub(rb"(?<![A-Za-z])(?!(?:data|Data|event|id|retry|foo|database)(?![a-z]))[A-Za-z]+", b"w", body)


def rows() -> list[tuple[str, bytes, list[str]]]:
    found = []
    for name, body, expected in re.findall(r"^\| (.+?) \| `(.*?)` \| `(.*?)` \|", TABLE.read_text("utf-8"), re.M):
        raw = ast.literal_eval("b'" + ascii(body.replace("|", "")).strip("'").replace("\\\\", "\\") + "'")
        whole = expected.endswith("]")
        found.append((name, raw, [data for _, data in ast.literal_eval(expected)] if whole else []))
    return found


@pytest.mark.skipif(TABLE is None, reason="the table of conformance is not at hand")
def test_every_case_of_the_table_of_conformance_is_in_the_kit_with_the_same_data() -> None:
    ours = {}
    for example in ALL:
        body, data = example.salted(random.Random(1))
        ours[shape(body)] = [shape(item.encode()) for item in data]
    table = rows()
    assert len(table) == 40
    for name, body, data in table:
        if name in BY_NAME:
            assert BY_NAME[name] in {example.name for example in ALL}
        else:
            assert ours.get(shape(body)) == [shape(item.encode()) for item in data], name


# -- one thing at a time ---------------------------------------------------------------------------------------------

MAY_HAVE = {
    "PLAIN": {has.DONE, has.REPEATED},
    "READS": {has.DONE, has.CUT, has.EMPTY_READ, has.REPEATED},
    "DATA_LINES": {has.CUT, has.MULTI},
    "COMMENTS": {has.CUT, has.COMMENT},
    "FIELDS": {has.CUT, has.FIELD, has.NEAR_DATA},
    "SPACE": {has.CUT, has.NO_SPACE, has.SPACE, has.DATA_TEXT},
    "EMPTY": {has.CUT, has.EMPTY, has.BARE, has.MULTI},
    "NO_DATA": {has.CUT, has.NO_DATA, has.FIELD, has.BLANKS, has.COMMENT},
    "UNFINISHED": {has.CUT, has.UNFINISHED, has.FIELD, has.WHITE_LINE},
    "LINE_ENDS": {has.CUT, has.CRLF, has.CR, has.MIXED, has.CR_LAST},
    "CRLFS": {has.CUT, has.CRLF, has.CR, has.MIXED, has.CR_LAST, has.CRLF_CUT, has.MULTI, has.FIELD, has.EMPTY_READ},
    "CHARACTERS": {has.CUT, has.WIDE, has.WIDE_CUT},
    "INVALID": {has.CUT, has.INVALID},
    "BOM": {has.CUT, has.BOM, has.MORE_BOM, has.BOM_CUT, has.EMPTY_READ, has.NEAR_DATA, has.NO_DATA},
    "SEPARATORS": {has.CUT, has.SEPARATORS},
    "SIZES": {has.CUT, has.DONE, has.LONG, has.REPEATED},
}


@pytest.mark.parametrize("name", MAY_HAVE)
def test_the_streams_of_a_check_have_what_it_is_about_and_nothing_else(name: str) -> None:
    for seed in SEEDS:
        found = {feature for stream in FEEDS[name].streams(seed) for feature in features(stream.reads)}
        assert found <= MAY_HAVE[name]
        assert found >= MAY_HAVE[name] - {has.FIELD, has.NEAR_DATA}


def test_each_case_comes_in_several_cuttings_and_hundreds_of_streams_are_played() -> None:
    made = {name: feed.streams(1) for name, feed in FEEDS.items()}
    assert 500 < sum(map(len, made.values())) < 1000
    for name in set(made) - {"PLAIN", "SIZES"}:
        for case in {stream.name for stream in made[name] if stream.raw}:
            assert sum(stream.name == case for stream in made[name]) >= 4, case


def test_the_long_line_is_not_cut_finely_and_the_fine_cuts_are_of_one_byte() -> None:
    long, *fine = FEEDS["SIZES"].streams(3)
    assert len(long.reads) <= 25
    assert all(len(read) == 1 for stream in fine for read in stream.reads)
    assert max(len(stream.reads) for stream in fine) > 500


def test_the_timed_streams_have_every_line_end_every_way_to_wait_and_empty_reads_meanwhile() -> None:
    made = [stream for seed in SEEDS for stream in FEEDS["IN_TIME"].streams(seed)]
    found = {feature for stream in made for feature in features(stream.reads)}
    assert found >= {has.CRLF, has.CR, has.CR_LAST, has.CRLF_CUT, has.EMPTY_READ, has.MULTI, has.CUT}
    events = [(stream, event) for stream in made for event in due(stream.reads)]
    assert any(event.latest > event.earliest + 1 for _, event in events), "an empty read behind a CR"
    assert any(event.latest > len(stream.reads) for stream, event in events), "a CR at the very end"


@pytest.mark.parametrize("name", breadth.each(3, sorted(set(MAY_HAVE) - {"SIZES"})))
def test_each_mistake_is_told_from_all_others(name: str) -> None:
    """By a check's streams, and by what came out right in the checks before it; else a diagnosis would be a guess. What
    shows in the plainest streams is settled before the other checks are tried."""
    rows = re.findall(r'id = "(.+)"\nwhen = \["it reads as if: (.+?)"', (FOLDER / "misconceptions.toml").read_text())
    ids = {mistake: id for id, mistake in rows}
    order = list(ids)
    streams, earlier = FEEDS[name].streams(4), _before(name)
    single = [m for m in misreadings() if m.without == Reading() and (m.mistake.about or name in ("PLAIN", "READS"))]
    made: dict[str, list[Misreading]] = {}
    for misreading in single:
        wrong = [s for s in streams if misreading.makes(s.reads) != _right(s)]
        if wrong and all(misreading.explains(s.reads, misreading.makes(s.reads)) for s in wrong):
            made.setdefault(repr([misreading.makes(s.reads) for s in streams]), []).append(misreading)
    for alike in made.values():
        for program in alike:
            well = [s for s in earlier if program.makes(s.reads) == _right(s)]
            fits = [m.name for m in alike if all(m.makes(s.reads) == _right(s) for s in well)]
            assert ids[min(fits, key=order.index)] == ids[program.name], (program, fits)


def _before(name: str) -> list[Stream]:
    """The streams of the checks in front of it."""
    return [stream for feed in takewhile(lambda feed: feed != name, FEEDS) for stream in FEEDS[feed].streams(4)]


def _right(stream: Stream) -> list[str]:
    return [event.data for event in due(stream.reads)]


def test_every_misreading_leads_to_a_root_cause() -> None:
    text = (FOLDER / "misconceptions.toml").read_text()
    assert {misreading.name for misreading in misreadings()} == set(re.findall(r"it reads as if: (.+?)\"", text))


def test_the_same_seed_gives_the_same_streams_and_another_seed_others() -> None:
    for feed in FEEDS.values():
        first, again, other = feed.streams(8), feed.streams(8), feed.streams(9)
        assert first == again
        assert first != other
    assert all(a.reads != b.reads for a, b in pairwise(FEEDS["READS"].streams(8)))
