"""Who may send: what an instructor can do about it, what is kept of it, and what is said to what was filled in wrong."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from grader.classroom.model import Student
from grader.classroom.store.people import audit, senders
from grader.dashboard.desk import Desk
from grader.dashboard.ingest.senders import sha256, trusts
from grader.dashboard.ingest.trusting import Refused, fingerprint_in, issuer_in, pairs_in
from grader.dashboard.reading.senders import some_senders, without_token
from tests.dashboard.conftest import client, copies, desk, enter, instructor, sqlite_desk, visitor
from tests.dashboard.ingest.gradings import key_pair

__all__ = ["client", "copies", "desk", "enter", "instructor", "sqlite_desk", "visitor"]  # fixtures

ODD = "=cmd|' /C calc'!A0"


def notes(desk: Desk) -> list[str]:
    return [row.what for row in desk.store.read(sa.select(audit.c.what).order_by(audit.c.id))]


def values(desk: Desk, kind: str) -> list[str]:
    return [row.value for row in desk.store.read(sa.select(senders.c.value).where(senders.c.kind == kind))]


def test_a_token_is_shown_once_and_kept_as_its_hash(desk: Desk, instructor: TestClient) -> None:
    page = instructor.post("/senders/token", data={"student": "ada"}).text
    (kept,) = values(desk, "token")
    token = page.partition('id="made" value="')[2].partition('"')[0]
    assert sha256(token.encode()) == kept
    assert token not in instructor.get("/senders").text and kept not in instructor.get("/senders").text
    assert "tokens-made" in notes(desk)


def test_each_student_without_a_token_gets_one_in_a_sheet_without_formulas(desk: Desk, instructor: TestClient) -> None:
    desk.store.enroll([Student(ODD, name="@SUM(1)")])
    instructor.post("/senders/token", data={"student": "ada"})
    wanted = {student.id for student in without_token(desk.store)}
    assert "ada" not in wanted and ODD in wanted
    answer = instructor.post("/senders/tokens.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(wanted) and {f"'{ODD}", "'@SUM(1)"} <= {
        *(r["id"] for r in rows),
        *(r["name"] for r in rows),
    }
    assert {sha256(row["token"].encode()) for row in rows} <= set(values(desk, "token"))
    assert without_token(desk.store) == []


def test_what_was_ended_is_good_no_more_and_may_be_somebody_elses(desk: Desk, instructor: TestClient) -> None:
    add = "/senders/repositories"
    assert instructor.post(add, data={"platform": "github", "lines": "4711,ada"}).status_code == 303
    refused = instructor.post(add, data={"platform": "github", "lines": "4711,gus"})
    assert refused.status_code == 422 and "ada&#39;s already" in refused.text
    ((one,), _) = some_senders(desk.store, kind="repository")
    assert instructor.post(f"/senders/{one.id}/end").status_code == 303
    assert instructor.post(add, data={"platform": "github", "lines": "4711,gus"}).status_code == 303
    ((now,), _) = some_senders(desk.store, kind="repository")
    assert (now.student, now.ended_at) == ("gus", None)
    assert [what for what in notes(desk) if "repositor" in what] == [
        "repositories-added", "repository-ended", "repositories-added",
    ]  # fmt: skip


def test_repositories_and_a_workflow_make_a_job_of_ci_a_sender(sqlite_desk: Desk) -> None:
    from tests.dashboard.conftest import entered

    browser = entered(sqlite_desk, "instructor")
    lines = "repository,student\r\n4711,ada\r\n\r\n 4712 , gus \r\n"
    browser.post("/senders/repositories", data={"platform": "github", "lines": lines})
    browser.post("/senders/workflow", data={"platform": "GitHub", "workflow": "school/kit/.github/w.yml@refs/tags/v1"})
    browser.post(
        "/senders/workflow", data={"platform": "https://gitlab.example.org/", "workflow": "a/b@refs/heads/main"}
    )
    found = trusts(sqlite_desk.store.read(sa.select(senders)), "https://grades.example.org")
    assert [(trust.kind, dict(trust.repositories)) for trust in found] == [("github", {"4711": "ada", "4712": "gus"})]


def test_a_public_key_may_be_given_in_three_ways(tmp_path: Path) -> None:
    path, fingerprint = key_pair(tmp_path)
    pem = path.with_name("course.key.pub").read_text()
    import base64

    from grader.signing import public_key

    raw = base64.b64encode(public_key(path.with_name("course.key.pub"))).decode()
    assert {fingerprint_in(text) for text in (pem, f"\n{pem}\n", fingerprint, raw)} == {fingerprint}


def test_a_private_key_is_no_public_one(tmp_path: Path) -> None:
    path, _ = key_pair(tmp_path)
    with pytest.raises(Refused, match="private key"):
        fingerprint_in(path.read_text())


@pytest.mark.parametrize(
    ("path", "form", "says"),
    [
        ("token", {"student": "nobody"}, "is no student"),
        ("key", {"student": "nobody", "key": "SHA256:" + "A" * 43}, "is no student"),
        ("key", {"student": "ada", "key": "AAAA"}, "Expected a public key"),
        ("repositories", {"platform": "github", "lines": "ada"}, "Line 1"),
        ("repositories", {"platform": "github", "lines": "1,ada\n1,gus"}, "Line 2"),
        ("repositories", {"platform": "github", "lines": "1,nobody"}, "is no student"),
        ("repositories", {"platform": "ftp://x", "lines": "1,ada"}, "address of a GitLab"),
        ("repositories", {"platform": "http://gitlab.example.org", "lines": "1,ada"}, "address of a GitLab"),
        ("workflow", {"platform": "github", "workflow": "submit.yml"}, "with its ref"),
    ],
)
def test_what_is_filled_in_wrong_is_told_and_changes_nothing(
    sqlite_desk: Desk, path: str, form: dict[str, str], says: str
) -> None:
    from tests.dashboard.conftest import entered

    answer = entered(sqlite_desk, "instructor").post(f"/senders/{path}", data=form)
    assert answer.status_code == 422 and says in answer.text and "Nothing was changed" in answer.text
    assert sqlite_desk.store.read(sa.select(senders)) == []


def test_a_dashboard_that_only_shows_has_no_forms_for_senders(visitor: TestClient) -> None:
    assert '<form method="post"' not in visitor.get("/senders").text
    assert visitor.post("/senders/token", data={"student": "ada"}).status_code == 403


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_understood_or_refused_in_a_sentence(text: str) -> None:
    for read in (pairs_in, fingerprint_in, issuer_in):
        try:
            read(text)
        except Refused as why:
            assert str(why).endswith(".") or "…" in str(why)
