"""A run as beats: what appeared stands with the write before it, and each kind of moment has its lane."""

from __future__ import annotations

import pytest

from grader.report import Parting
from grader.show.beats import beats, gist
from grader.show.drawing import outline
from grader.show.telling import tell, unquoted
from tests.show.reports import entry, every_kind, shown, write


def test_a_write_opens_a_beat_and_takes_what_appeared_until_the_next() -> None:
    found = beats([write(1, "role"), write(2, '"a"'), shown("a"), shown("b"), write(3, '"b"')])
    assert [beat.shown for beat in found] == ["", "ab", ""]


def test_what_comes_before_the_first_write_has_a_beat_of_its_own() -> None:
    found = beats([entry("note", what="called"), shown("hello"), write(1, "role")])
    assert [(beat.shown, beat.server is None) for beat in found] == [("hello", True), ("", False)]


@pytest.mark.parametrize(
    ("kinds", "waited"), [(["hold", "seen"], "seen"), (["hold", "missed"], "missed"), (["hold"], "waits"), ([], "")]
)
def test_a_beat_says_how_the_servers_wait_ended(kinds: list[str], waited: str) -> None:
    assert beats([write(1, "role"), *(entry(kind, events=1) for kind in kinds)])[0].waited == waited


def test_a_wait_stands_in_the_servers_lane_with_how_long_it_was() -> None:
    found = beats(
        [write(1, "role"), entry("settle", at=10.0), entry("settled", at=130.0, how="idle"), entry("write", at=160.0)]
    )
    assert [line.text for beat in found for line in beat.server.lines][1] == "… waits 0.15 s"
    assert [line.text for line in found[1].program[0].lines] == ["is done with it"]
    assert beats([entry("settle", at=10.0)])[0].server.lines[0].text == "… waits"


def test_the_mark_is_on_the_write_that_completes_the_event_where_the_two_part() -> None:
    found = beats([write(1, "a"), write(3, "b", "c"), write(4, "d")], Parting(event=1, note="here"))
    assert [beat.marked for beat in found] == [False, True, False]


def test_a_cut_event_is_torn_on_both_sides() -> None:
    first, second = beats([write(0, text="ab", tail="ab"), write(1, '"x"', text="cd", head="cd")])
    assert (first.server.torn_left, first.server.torn_right) == (False, True)
    assert (second.server.torn_left, second.server.torn_right) == (True, False)
    assert [line.text for line in second.server.lines] == ["cd", '"x"']
    assert outline(0, 0, 50, 30, first.server).count("L") > outline(0, 0, 50, 30, None).count("L")


def test_writes_that_nobody_reads_share_a_box_unless_the_two_stories_part_there() -> None:
    entries = [write(1, "role"), entry("gone", events=1), *(write(i, "x") for i in range(2, 8))]
    folded = beats(entries)
    assert (len(folded), folded[-1].folded, folded[-1].events) == (2, 6, 7)
    marked = beats(entries, Parting(event=4, note=""))
    assert [beat.folded for beat in marked if beat.folded or beat.marked] == [5, 0]


def test_every_kind_of_moment_is_drawn_and_told_those_that_nobody_knows_too() -> None:
    entries = every_kind("TEXT")
    drawn = str(beats(entries))
    assert "something-new" in drawn
    told = tell(entries)
    assert len(told) == len(entries)
    assert all(row.what for row in told)
    assert any("something-new" in row.what and row.text == "text: TEXT, answer: no" for row in told)


def test_an_exception_stands_where_the_function_ended() -> None:
    called, ended = entry("note", what="called"), entry("note", what="ended")
    outcome = entry("outcome", what="raised", type="KeyError", line=9)
    found = beats([called, write(1, "a"), ended, write(2, "b"), outcome])
    assert [line.text for line in found[1].program[0].lines] == ["✗ raises", "KeyError", "line 9"]


def test_a_function_that_was_never_called_is_not_over() -> None:
    found = beats([entry("note", what="ended"), entry("outcome", what="syntax", type="SyntaxError", line=2)])
    assert [[line.text for line in box.lines] for beat in found for box in beat.program] == [
        ["✗ Python could not read the file", "SyntaxError", "line 2"]
    ]


def test_the_server_says_what_it_waits_for() -> None:
    assert (
        tell([write(1, "role"), write(2, '" ship"'), entry("hold", events=2)])[-1].what
        == 'waits until " ship" is on the screen'
    )


def test_of_a_long_output_the_piece_or_the_contents_of_chunks_are_shown() -> None:
    chunk = "{'id': 'chatcmpl-1234567890', 'choices': [{'delta': {'content': ' ship'}}]}"
    assert gist(chunk, ("ship",)) == "… ship …"
    assert gist(chunk + chunk, ()) == "… ' ship' … ' ship' …"
    assert gist("short", ("or",)) == "short"
    assert gist("x" * 100, ("ship",)) == "x" * 100


@pytest.mark.parametrize(
    ("label", "plain"),
    [
        ('"a"', '"a"'),
        ('"{\\"a\\""', '"{"a""'),
        ("stop", "stop"),
        ('"cut \\', '"cut \\'),
        ('reasoning "\\"x"', 'reasoning ""x"'),
    ],
)
def test_labels_are_written_as_people_would(label: str, plain: str) -> None:
    assert unquoted(label) == plain
