"""What a learner reads: the picture of the wire, and that nothing of theirs can pass for ours."""

import io

from rich.console import Console

from grader.report import ChallengeReport, CheckReport, Parting, Report
from grader.session import Session
from grader.show import picture, terminal
from tests import corpus
from tests.corpus import Case


def timeline(*entries: dict) -> dict:
    return {"title": "t", "events": [{"at": i, **entry} for i, entry in enumerate(entries)]}


def write(events: int, *labels: str) -> dict:
    return {"kind": "write", "events": events, "size": 9, "text": "data", "labels": list(labels)}


def shown(text: str) -> dict:
    return {"kind": "stdout", "text": text, "size": len(text)}


PHANTOM = corpus.SUBMISSIONS / "08-any-server" / "wrong" / "phantom-blank-line--forgets-the-cr.py"

STREAM = timeline(
    {"kind": "request"}, write(1, "role"), write(2, '"It"'), shown("It"), write(3, '" holds"'),
    {"kind": "missed", "events": 3}, write(4, "stop"), write(5, "[DONE]"), shown(" holds"),
)  # fmt: skip


def test_what_appeared_stands_below_what_was_sent_before_it() -> None:
    top, bottom = (line.plain for line in picture.draw(STREAM, None, width=90)[:2])
    assert top.index('"It"') == bottom.index("It")
    assert top.index("[DONE]") == bottom.index(" holds")


def test_of_a_feed_what_came_out_stands_below_the_read_that_was_taken_before_it() -> None:
    fed = timeline(
        {"kind": "read", "text": "data: a\\r", "size": 8}, {"kind": "read", "text": "\\ndata: b", "size": 8},
        {"kind": "data", "value": '"a"'}, {"kind": "data", "value": '""'}, {"kind": "read", "what": ""},
        {"kind": "raised", "type": "KeyError", "message": "x"},
    )  # fmt: skip
    lines = [line.plain for line in picture.draw(fed, Parting(event=1, note="here"), width=76)]
    assert lines[0].split() == ["reads", "data:", "a\\r", "│", "\\ndata:", "b", "│", "no", "more"]
    assert lines[1].index('"a" ""') == lines[0].index("\\ndata") == lines[2].index("▲")
    assert lines[1].index("✗ KeyError") == lines[0].index("no more")


def test_what_the_program_was_given_stands_above_what_was_expected_of_it(session: Session) -> None:
    report = corpus.graded(session, Case("08-any-server", PHANTOM, None), 3)
    out = Console(file=io.StringIO(), width=80)
    out.print(terminal.finding(report, next(c for c in report.checks if c.status == "fail"), 80, hints=1))
    text = out.file.getvalue()
    given, expected = text.index("given"), text.index("expected")
    assert given < text.index("|") < text.index("^") < expected
    assert all(len(line.rstrip()) <= 80 for line in text.splitlines())


def test_the_mark_stands_under_the_event_where_the_two_part() -> None:
    lines = [line.plain for line in picture.draw(STREAM, Parting(event=2, note="here"), width=90)]
    assert lines[2].index("▲") == lines[0].index('" holds"')
    assert lines[3].strip() == "here"


def test_the_picture_keeps_to_its_width_and_to_the_mark_and_the_end() -> None:
    many = timeline(*(write(i + 1, f'"piece {i}"') for i in range(60)))
    for width in (60, 80, 120):
        lines = [line.plain for line in picture.draw(many, Parting(event=30, note="here it is"), width=width)]
        assert all(len(line) <= width for line in lines)
        assert '"piece 30"' in lines[0]
        assert '"piece 59"' in lines[0]


def test_a_piece_with_line_breaks_stays_in_its_line() -> None:
    for piece, seen in (('"a\\n\\n b"', '"a\\n\\n b"'), ('"x\u2028y"', '"x\\u2028y"')):
        top, bottom = picture.draw(timeline(write(1, piece), shown("a")), None, width=80)[:2]
        assert seen in top.plain
        assert top.cell_len == bottom.cell_len


def test_wide_letters_keep_the_columns_in_line() -> None:
    wide = timeline(write(1, '"安全"'), shown("安全"), write(2, '"🍕"'), shown("🍕"))
    top, bottom = picture.draw(wide, None, width=80)[:2]
    assert top.cell_len == bottom.cell_len


def test_escape_sequences_of_a_submission_do_not_reach_the_terminal(session: Session, tmp_path) -> None:
    path = tmp_path / "inspect_chunk.py"
    path.write_text(
        "def inspect_stream(prompt):\n"
        "    print('\\x1b[2J\\x1b]0;owned\\x07 [bold]all of it passed[/bold]', flush=True)\n"
        "    raise ValueError('\\x1b[31m red [blink]')\n"
    )
    challenge = Case("01-inspect-a-chunk", path, None)
    report = corpus.graded(session, challenge, 1)
    console = Console(record=True, width=100, force_terminal=True, file=io.StringIO())
    terminal.show(_whole(report), console)
    text = console.export_text(styles=False)
    assert "\x1b" not in text
    assert "\\u001b" in text


def _whole(challenge: ChallengeReport) -> Report:
    return Report(
        schema="grader/result/v1",
        kit={"version": "0", "challenges_sha256": ""},
        seed=1,
        isolation={"tier": "", "missing": []},
        started="",
        duration_s=0,
        points=0,
        max_points=1,
        status="fail",
        challenges=[challenge],
    )


def failed(id: str, diagnosis: str, message: str) -> CheckReport:
    return CheckReport(
        id=id,
        title=id,
        status="fail",
        points=0,
        max_points=1,
        diagnosis=diagnosis,
        message=message,
        expected="e",
        actual="a",
    )


def test_one_root_cause_first_and_further_ones_folded_below_it_one_line_each() -> None:
    passed = CheckReport(id="p", title="p", status="pass", points=1, max_points=1)
    skipped = CheckReport(id="s", title="s", status="skip", points=0, max_points=1, message="not tried")
    report = ChallengeReport(
        id="01-inspect-a-chunk", title="t", status="fail", points=1, max_points=9, submission_sha256="", runs=[],
        diagnosis="not-flushed",
        checks=[
            passed, failed("a", "not-flushed", "It was not flushed."), failed("b", "lf-only", "It knows LF only."),
            failed("c", "not-flushed", "It was not flushed."), failed("d", "lf-only", "It knows LF only."), skipped,
            failed("e", "mojibake", "It reads ISO-8859-1."),
        ],
    )  # fmt: skip
    out = Console(record=True, width=100, file=io.StringIO())
    terminal.show(_whole(report), out)
    before, _, also = out.export_text(styles=False).partition("then also")
    assert before.count("not-flushed") == 1
    assert "LF only" not in before
    lines = [line.strip() for line in also.partition("points")[0].splitlines()[1:] if line.strip()]
    assert lines[:2] == ["It knows LF only.", "It reads ISO-8859-1."]
    assert also.count("LF only") == 1
    assert "not flushed" not in also
    assert "not tried" not in also


def test_without_a_further_root_cause_nothing_is_folded() -> None:
    report = ChallengeReport(
        id="01-inspect-a-chunk", title="t", status="fail", points=0, max_points=2, submission_sha256="", runs=[],
        diagnosis="lf-only", checks=[failed("a", "lf-only", "LF only."), failed("b", "lf-only", "LF only.")],
    )  # fmt: skip
    out = Console(record=True, width=100, file=io.StringIO())
    terminal.show(_whole(report), out)
    assert "then also" not in out.export_text(styles=False)
