"""Reports made by hand: every status, every kind of entry, and a learner's text wherever one can stand."""

from __future__ import annotations

from typing import Any

from grader.report import ChallengeReport, CheckReport, Parting, Report, RunReport

LABELS = ("role", '" Put"', '" it"', "stop", "[DONE]")


def entry(kind: str, at: float = 1.0, **facts: Any) -> dict[str, Any]:
    return {"at": at, "kind": kind, **facts}


def write(events: int, *labels: str, text: str = "data: {}\\n\\n", **facts: Any) -> dict[str, Any]:
    return entry("write", events=events, labels=list(labels), text=text, size=len(text), **facts)


def shown(text: str) -> dict[str, Any]:
    return entry("stdout", text=text, size=len(text))


def a_run(*entries: dict[str, Any], id: str = "plain", title: str = "a run", outcome: str = "returned") -> RunReport:
    timed = [{**one, "at": float(i)} for i, one in enumerate(entries)]
    return RunReport(id=id, scenario=id, seed=7, outcome=outcome, timeline={"title": title, "events": timed})


def every_kind(text: str = "text") -> list[dict[str, Any]]:
    """One entry of each kind that is known, and one that is not; `text` wherever a learner's may stand."""
    return [
        entry("note", what="called"),
        entry("request", method="POST", path=f"/v1/{text}", status=404, body=text),
        entry("request", method="POST", path="/v1/chat/completions", status=200, body=text),
        entry("headers", status=200),
        write(1, "role"),
        write(1, text='data: {"cont', tail='data: {"cont', inside='" Put"'),
        write(2, '" Put"', text='ent": " Put"}', head='ent": " Put"}'),
        entry("hold", events=2),
        shown(text),
        entry("seen", events=2),
        write(3, '" it"'),
        entry("hold", events=3),
        entry("note", what="wrote", text=text),
        entry("missed", events=3),
        entry("settle", what=""),
        entry("settled", how="idle"),
        entry("linger", what=""),
        entry("unlinger", why="closed"),
        entry("pause", what=""),
        entry("silence", what=""),
        entry("note", what="requests", stream="True"),
        entry("note", what="whole-body", how=text),
        entry("note", what="elsewhere", host=text, port=80),
        entry("note", what="validates", how="validate_json", text=text),
        entry("note", what="raised", type="ValueError", message=text, line=3),
        entry("note", what=text, other=text),
        entry("stderr", text=text, size=4),
        entry("ask", what="holds", about=text, answer=True),
        entry("stream", name=text),
        entry("read", text=text, size=4),
        entry("read", what=""),
        entry("data", value=text),
        entry("raised", type=text, message=text),
        entry("something-new", text=text, answer="no"),
        entry("left-out", count=17),
        entry("note", what="ended"),
        entry("gone", events=3),
        *(write(4, "stop") for _ in range(5)),
        write(5, "[DONE]"),
        entry("finish", what=""),
        entry("reset", what="reset"),
        entry("close", what="close"),
        entry("outcome", what="raised", type=text, message=text, line=14, source=text, why=text),
    ]


def a_challenge(text: str = "text") -> ChallengeReport:
    """One in which everything went differently: a pass, failures of two kinds, one not tried, and one of ours."""
    runs = [
        a_run(*every_kind(text), title=text, outcome="raised"),
        a_run(write(1, "role"), entry("outcome", what="returned", value=text), id="other"),
        a_run(id="empty", outcome="killed"),
    ]
    checks = [
        CheckReport(id="a", title="passes", status="pass", points=2, max_points=2, runs=["other"]),
        CheckReport(
            id="b", title="prints `each` piece", status="fail", points=0, max_points=3, diagnosis="not-flushed",
            message=text, hint=text, given=f"{text}:\na|b\n ^", expected=text, actual=text + "\n ^", runs=["other", "plain"], line=14, source=text,
            because=text, parting=Parting(event=1, note="here the two part"),
        ),
        CheckReport(
            id="c", title="returns the text", status="fail", points=0, max_points=1, diagnosis="some-new-id",
            message=text, expected=text, actual=text, runs=["other", "empty"],
        ),
        CheckReport(id="d", title="more", status="skip", points=0, max_points=1, message="not tried: it builds on that"),
    ]  # fmt: skip
    return ChallengeReport(
        id="01-inspect-a-chunk", title="Inspect a chunk", status="fail", points=2, max_points=7,
        submission_sha256="0" * 64, diagnosis="not-flushed", checks=checks, runs=runs,
    )  # fmt: skip


def simple(id: str, status: str, check: CheckReport) -> ChallengeReport:
    return ChallengeReport(
        id=id, title=id[3:], status=status, points=check.points, max_points=check.max_points, submission_sha256="",
        diagnosis=check.diagnosis, checks=[check], runs=[],
    )  # fmt: skip


PASSED = simple("02-two", "pass", CheckReport(id="a", title="all", status="pass", points=1, max_points=1))
FAULT = simple(
    "03-three",
    "error",
    CheckReport(id="a", title="all", status="error", points=1, max_points=1, message="the grader failed here (X)"),
)
NOT_STARTED = simple(
    "04-four",
    "not-started",
    CheckReport(
        id="a", title="all", status="fail", points=0, max_points=1, diagnosis="not-started", message="still a stub"
    ),
)


def a_report(*challenges: ChallengeReport, status: str = "fail") -> Report:
    return Report(
        schema="grader/result/v1", kit={"version": "0", "challenges_sha256": "abc"}, seed=7,
        isolation={"tier": "forked", "missing": ["seccomp"]}, started="2026-01-02T03:04:05Z", duration_s=1.25,
        points=sum(c.points for c in challenges), max_points=sum(c.max_points for c in challenges), status=status,
        challenges=list(challenges),
    )  # fmt: skip


def everything(text: str = "text") -> Report:
    return a_report(a_challenge(text), PASSED, FAULT, NOT_STARTED)


def a_check(**facts: Any) -> CheckReport:
    return CheckReport(**{"id": "a", "title": "all", "status": "pass", "points": 1, "max_points": 1, **facts})
