"""What stands in a report when the search for a cause itself goes wrong."""

from __future__ import annotations

from typing import Any

import pytest

from grader import grading
from grader.diagnosis.showing import statements
from grader.session import Session
from tests import corpus


def test_a_finding_stands_though_its_cause_cannot_be_found(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(grading, "diagnose", fails)
    case = next(case for case in corpus.wrong() if case.diagnosis == "no-request")
    report = corpus.root_cause(session, case, seed=3)
    (first, *_) = report.checks
    assert (first.status, first.points, first.diagnosis) == ("fail", 0, "")
    assert "why could not be found out (RecursionError)" in first.message
    assert first.actual


def test_a_source_that_is_nested_too_deeply_for_us_has_no_statements() -> None:
    assert statements(b"x = a" + b".b" * 50_000) == {}
    assert statements(b"x = = 1") == {}
    assert statements(b"x = 1\ny = 2")[2] == {(2, 0)}
