"""What is shown of a stranger's text: everything of it, and nothing that acts or hides."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grader.report import CheckReport, Report
from grader.untrusted import all_visible, escaped, visible
from tests.show.reports import a_check, a_report, a_run, everything, simple

ANY = st.text(st.characters(codec=None))  # lone surrogates, too
HIDDEN = [
    "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x9b31m", "\x90q", "\x00", "\x07", "\x08", "\r", "\x7f", "\t", "\v", "\f",
    *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u200b", "\u200c", "\u200d", "\u200e", "\u061c", "\ufeff", "\xad",
    "\u2028", "\u2029", "\x85", "\xa0", "\u3000", "\u2800", "\u115f", "\u3164", "\uffa0", "\u034f", "\ufe0f", "\U000e0041", "\U000e0101",
    "\ud800", "\ufffe", "\ue000", "\u180e",
]  # fmt: skip


@pytest.mark.parametrize("text", HIDDEN, ids=ascii)
def test_what_acts_or_hides_is_written_as_an_escape(text: str) -> None:
    shown = escaped(f"a{text}b")
    assert text[0] not in shown
    assert shown.startswith("a\\")
    assert shown.endswith("b")


@pytest.mark.parametrize(
    "text", ["", "olá", "שלום", "安全🍕", "e\u0301", "นี้", "[bold]x[/]", "<b>&amp;", "`code`", "\\n"]
)
def test_what_has_a_shape_stays_as_it_is(text: str) -> None:
    assert escaped(text) == visible(text) == text


@given(ANY)
def test_a_line_is_a_line_of_shapes_in_any_encoding(text: str) -> None:
    shown = escaped(text)
    assert shown.isprintable()
    assert shown.encode("utf-8").decode() == shown
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for c in shown)
    assert escaped(shown) == shown


@given(ANY)
def test_lines_stay_lines(text: str) -> None:
    assert visible(text).split("\n") == [escaped(line) for line in text.split("\n")]


@given(
    st.recursive(
        ANY | st.integers() | st.none() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(ANY, inner)
    )
)
def test_data_keeps_its_form_and_every_text_in_it_is_visible(data) -> None:
    shown = all_visible(data)
    assert all_visible(shown) == shown
    json.dumps(shown, ensure_ascii=False).encode()
    assert isinstance(shown, type(data))


@given(ANY)
def test_a_report_holds_no_other_text_whoever_made_it(text: str) -> None:
    report = everything(text)
    _all_seen(json.loads(report.to_json()))
    again = Report.model_validate(json.loads(report.to_json()))
    assert again == report


@given(ANY)
def test_nor_does_it_when_a_field_is_set_later(text: str) -> None:
    check = a_check()
    check.message = check.source = check.because = check.hint = text
    assert [check.message, check.source, check.because, check.hint] == [escaped(text)] * 4
    check.actual = text
    assert check.actual == visible(text)


def _all_seen(data: object) -> None:
    if isinstance(data, str):
        assert visible(data) == data
    elif isinstance(data, dict):
        for key, value in data.items():
            _all_seen(key)
            _all_seen(value)
    elif isinstance(data, list):
        for item in data:
            _all_seen(item)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_no_number_of_a_report_is_not_a_number(number: float) -> None:
    with pytest.raises(ValidationError):
        CheckReport(id="a", title="a", status="pass", points=number, max_points=1)


@pytest.mark.parametrize("events", [{}, [1], [{}], [{"kind": 3}], [{"kind": "write", "at": "soon"}]])
def test_a_timeline_that_no_reader_could_read_is_refused(events: object) -> None:
    report = json.loads(a_report(simple("01-one", "pass", a_check())).to_json())
    report["challenges"][0]["runs"] = [
        json.loads(a_run().model_dump_json()) | {"timeline": {"title": "t", "events": events}}
    ]
    with pytest.raises(ValidationError):
        Report.model_validate(report)
