"""`grader convert`: a stored report in every form, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.commands.convert import run
from grader.errors import UsageError
from grader.show.formats import Format, render
from tests.commands.kits import ROOT, grader
from tests.show.reports import everything

REPORT = everything("olá \x1b[31m\u202e")


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(REPORT.to_json(), "utf-8")
    return path


def test_a_file_is_brought_into_another_form_with_status_0_whatever_it_says(stored: Path) -> None:
    done = grader(ROOT, "convert", str(stored), "--format", "gradescope")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == render(REPORT, Format.gradescope, 1)


@pytest.mark.parametrize("format", list(Format))
def test_a_file_is_brought_into_every_form(
    stored: Path, format: Format, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)  # who runs these tests may have set a width
    run(stored, format, None, "1", True)
    assert capsys.readouterr().out == render(REPORT, format, 1)


def test_stdin_is_a_dash_and_out_writes_the_file(stored: Path, tmp_path: Path) -> None:
    target = tmp_path / "junit.xml"
    done = grader(ROOT, "convert", "-", "--format", "junit", "--out", str(target), stdin=stored.read_text("utf-8"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert target.read_text("utf-8") == render(REPORT, Format.junit, 1)


def test_the_summary_of_a_job_gets_the_report_too(stored: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    done = grader(ROOT, "convert", str(stored), "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 0
    assert summary.read_text("utf-8") == render(REPORT, Format.markdown, 1)
    done = grader(ROOT, "convert", str(stored), "--format", "github", GITHUB_STEP_SUMMARY=str(tmp_path / "no" / "x.md"))
    assert done.returncode == 2
    assert "GITHUB_STEP_SUMMARY" in done.stderr


def test_hostile_reports_are_shown_as_text_or_refused_and_never_a_traceback(stored: Path) -> None:
    whole = json.loads(stored.read_text("utf-8"))
    entries = whole["challenges"][0]["runs"][0]["timeline"]["events"]
    for facts in (
        {"labels": 3},
        {"labels": [None]},
        {"text": [1]},
        {"events": "x"},
        {"at": 1e308},
        {"what": {"a": "\x1b"}},
    ):
        for kind in ("write", "stdout", "read", "outcome", "hold", "request"):
            entries[:] = [{"kind": kind, "at": 1, **facts}]
            stored.write_text(json.dumps(whole))
            for format in ("text", "html"):
                done = _in_process(stored, format)
                assert done in (0, 2), (facts, kind, format)


def _in_process(path: Path, format: str) -> int:
    try:
        run(path, Format(format), path.with_suffix(".out"), "1", True)
    except UsageError:
        return 2
    assert "\x1b" not in path.with_suffix(".out").read_text("utf-8")
    return 0


BAD = {
    "cut": b'{"schema": "grader/result/v1", "kit"',
    "empty": b"",
    "not JSON": b"score: 5",
    "not text": b"\xff\xfe{}",
    "a list": b"[]",
    "another schema": b'{"schema": "classroom50/result/v1"}',
    "a signed nothing": b'{"schema": "grader/signed/v1", "report": 7}',
    "fields missing": b'{"schema": "grader/result/v1"}',
    "no number": b'{"schema": "grader/result/v1", "points": NaN}',
    "too deep": b"[" * 200_000,
    "deep": b'{"schema": "grader/result/v1", "kit":' + b"[" * 900 + b"]" * 900 + b"}",
    "a nasty key": json.dumps({"schema": "grader/result/v1", "\x1b[2J": "\x1b[2J"}).encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_report_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(BAD[name])
    with pytest.raises(UsageError, match="is no report"):
        run(path, Format.text, None, "1", True)


def test_and_the_command_says_so_in_a_line_that_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(BAD["a nasty key"])
    done = grader(ROOT, "convert", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no report" in done.stderr
    assert "\x1b" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        done = grader(ROOT, "convert", str(path))
        assert done.returncode == 2
        assert str(path) in done.stderr


def test_numbers_that_are_none_are_refused(stored: Path) -> None:
    whole = json.loads(stored.read_text("utf-8"))
    whole["challenges"][0]["points"] = "NaN"
    stored.write_text(json.dumps(whole))
    done = grader(ROOT, "convert", str(stored), "--format", "gradescope")
    assert done.returncode == 2
    assert "challenges.0.points" in done.stderr
