"""Reports that are sent: who may, what of them is believed, and that each counts once."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from grader.classroom.model import Handed, Student
from grader.classroom.store.people import received, senders
from grader.classroom.store.schema import handed, reports
from grader.classroom.store.standing import standings
from grader.dashboard.access.viewer import Scope
from grader.dashboard.ingest.intake import REFUSED_AT_ONCE, REPORTS_AT_ONCE
from grader.dashboard.reading.attempt import attempt
from tests.dashboard.ingest.gradings import ANOTHER, SOLUTION, WRONG, graded, key_pair, signed
from tests.dashboard.ingest.serving import Served


def standing(served: Served, student: str = "ada") -> Any:
    (row,) = served.store.read(sa.select(standings).where(standings.c.student == student))
    return row


def changed(content: bytes, **challenge: Any) -> bytes:
    """A report whose one challenge says something else."""
    report = json.loads(content)
    report["challenges"][0] |= challenge
    return json.dumps(report).encode()


def with_check(content: bytes, position: int, **more: Any) -> bytes:
    report = json.loads(content)
    report["challenges"][0]["checks"][position] |= more
    return json.dumps(report).encode()


# -- what is taken ----------------------------------------------------------------------------------------------------


def test_a_report_with_a_token_is_taken_and_stands_in_the_tables(served: Served) -> None:
    answer = served.send(graded(SOLUTION), served.token("ada"))
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert "01-inspect-a-chunk: passed" in said["message"] and said["url"].startswith(served.url + "/student?id=ada")
    row = standing(served)
    assert (row.status, row.provenance, row.share, row.attempts) == ("pass", "local", 1.0, 1)


def test_the_same_request_again_has_the_same_answer_and_counts_once(served: Served) -> None:
    token, body = served.token("ada"), graded(SOLUTION)
    first, again = served.send(body, token), served.send(body, token)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert served.count(reports) == 1


def test_another_body_under_the_same_key_is_refused(served: Served) -> None:
    token = served.token("ada")
    assert served.send(graded(SOLUTION), token, key="0" * 64).status_code == 201
    answer = served.send(graded(WRONG), token, key="0" * 64)
    assert answer.status_code == 409 and "another body" in answer.json()["error"]
    assert served.count(reports) == 1


def test_two_senders_may_have_the_same_key(served: Served) -> None:
    for student in ("ada", "bob"):
        assert served.send(graded(SOLUTION), served.token(student), key="0" * 64).status_code == 201
    assert served.count(reports) == 2


def test_the_same_report_sent_with_another_token_of_the_same_student_counts_once(served: Served) -> None:
    for _ in range(2):
        assert served.send(graded(SOLUTION), served.token("ada")).status_code == 201
    assert (served.count(reports), served.count(received)) == (1, 2)


def test_a_report_of_the_whole_kit_is_taken_challenge_by_challenge(one: Served) -> None:
    first, second = (json.loads(graded(SOLUTION)), json.loads(graded(solution_of("05"), "5")))
    first["challenges"] += second["challenges"]
    answer = one.send(json.dumps(first).encode(), one.token("ada"))
    assert answer.status_code == 201, answer.text
    assert answer.json()["message"].startswith("2 challenges, 2 passed")
    assert one.count(handed) == 2


def solution_of(number: str) -> Path:
    return next(SOLUTION.parent.glob(f"{number}-*.py"))


# -- who sends it -----------------------------------------------------------------------------------------------------


def test_a_signed_report_needs_no_token(served: Served, tmp_path: Path) -> None:
    key, fingerprint = key_pair(tmp_path)
    served.sender("key", fingerprint, "ada")
    assert served.send(signed(graded(SOLUTION), key)).status_code == 201
    assert standing(served).provenance == "signed"


def test_a_key_that_changes_hands_brings_no_answers_along(served: Served, tmp_path: Path) -> None:
    """What was answered to one student is nothing for the next."""
    key, fingerprint = key_pair(tmp_path)
    body = signed(graded(SOLUTION), key)
    served.sender("key", fingerprint, "ada")
    assert "id=ada" in served.send(body).json()["url"]
    served.store.write(lambda connection: connection.execute(senders.delete()) and None)
    served.sender("key", fingerprint, "bob")  # SQLite may give it the number that was free
    answer = served.send(body)
    assert answer.status_code == 201 and "id=bob" in answer.json()["url"]
    assert served.put(SOLUTION.read_bytes(), body).status_code == 201


def test_a_key_that_nobody_has_is_refused(one: Served, tmp_path: Path) -> None:
    key, _ = key_pair(tmp_path)
    answer = one.send(signed(graded(SOLUTION), key))
    assert answer.status_code == 401 and "not known here" in answer.json()["error"]


def test_a_signed_report_that_was_changed_is_refused(one: Served, tmp_path: Path) -> None:
    key, fingerprint = key_pair(tmp_path)
    one.sender("key", fingerprint, "ada")
    body = signed(graded(WRONG), key)
    answer = one.send(body.replace(b'"fail"', b'"pass"'))
    assert answer.status_code == 400 and "was changed after it was signed" in answer.json()["error"]


def test_token_and_signature_must_be_the_same_students(one: Served, tmp_path: Path) -> None:
    key, fingerprint = key_pair(tmp_path)
    body = signed(graded(SOLUTION), key)
    assert one.send(body, one.token("ada")).status_code == 403
    one.sender("key", fingerprint, "bob")
    assert one.send(body, one.token("ada")).status_code == 403
    assert one.send(body, one.token("bob")).status_code == 201
    assert standing(one, "bob").provenance == "signed"


@pytest.mark.parametrize("token", [None, "wrong", "a.b.c", "wrong wrong", "x" * 20_000])
def test_nobody_is_told_why_a_token_is_not_accepted(one: Served, token: str | None) -> None:
    answer = one.send(graded(SOLUTION), token)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert set(answer.json()) == {"error"}
    assert one.count(reports) == 0


def test_a_token_that_was_ended_is_no_token(one: Served) -> None:
    token = one.token("ada")
    ended = senders.update().values(ended_at=sa.func.current_timestamp())
    one.store.write(lambda connection: connection.execute(ended) and None)
    assert one.send(graded(SOLUTION), token).status_code == 401


@pytest.mark.parametrize("body", [b"", b"\n", b"?"], ids=["the same", "another", "none"])
def test_a_token_that_was_good_before_is_ended_at_once(served: Served, body: bytes) -> None:
    """By whoever shares the database, whatever comes with it."""
    token = served.token("ada")
    assert [served.send(graded(SOLUTION), token).status_code for _ in range(2)] == [201, 200]
    ended = senders.update().values(ended_at=sa.func.current_timestamp())
    served.store.write(lambda connection: connection.execute(ended) and None)
    for _ in range(2):
        answer = served.send(graded(SOLUTION) + body, token)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert served.count(reports) == 1
    assert served.send(graded(SOLUTION), token, key="none").status_code == 401


def test_a_token_that_is_somebody_elses_now_is_theirs(served: Served) -> None:
    token = served.token("ada")
    assert served.send(graded(SOLUTION), token).status_code == 201
    served.store.enroll([Student("bob")])
    served.store.write(lambda connection: connection.execute(senders.update().values(student="bob")) and None)
    assert served.send(graded(WRONG), token).status_code in (201, 401)
    assert served.send(graded(WRONG), token).status_code in (200, 201)
    theirs = served.store.read(sa.select(handed.c.student, sa.func.count()).group_by(handed.c.student))
    assert sorted(tuple(row) for row in theirs) == [("ada", 1), ("bob", 1)]


def test_a_dashboard_that_only_shows_takes_nothing(tmp_path: Path) -> None:
    from grader.classroom.store.store import Store
    from tests.dashboard.ingest.serving import serve

    with Store(str(tmp_path / "shown.db")) as store, serve(store, read_only=True) as shown:
        assert shown.send(graded(SOLUTION), shown.token("ada")).status_code == 403


# -- what of it is believed -------------------------------------------------------------------------------------------


def test_points_titles_and_totals_are_worked_out_from_the_checks(served: Served) -> None:
    body = changed(graded(WRONG), points=999, max_points=1, status="pass", title="<script>", diagnosis="crashed")
    assert served.send(body, served.token("ada")).status_code == 201
    row = standing(served)
    assert row.status == "fail" and row.points < row.max_points < 100
    assert row.diagnosis == "buffers-body"
    stored = json.loads(served.store.report(row.last_report))
    assert stored["challenges"][0]["title"] != "<script>" and stored["points"] == row.points


def test_a_check_has_the_kits_points_if_it_passed_and_none_else(one: Served) -> None:
    body = with_check(graded(WRONG), 0, points=500, max_points=0)
    failing = [c["status"] for c in json.loads(body)["challenges"][0]["checks"]].index("fail")
    body = with_check(body, failing, points=500)
    assert one.send(body, one.token("ada")).status_code == 201
    checks = json.loads(one.store.report(standing(one).last_report))["challenges"][0]["checks"]
    assert all(check["points"] == (check["max_points"] if check["status"] == "pass" else 0) for check in checks)
    assert checks[0]["max_points"] > 0


def test_a_fault_of_the_graders_earns_nothing_and_costs_nothing(served: Served) -> None:
    token = served.token("ada")
    assert served.send(graded(SOLUTION), token).status_code == 201
    broken = with_check(graded(ANOTHER), 0, status="error", points=10)
    assert served.send(broken, token).status_code == 201
    row = standing(served)
    assert (row.status, row.share, row.attempts) == ("pass", 1.0, 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id": "99-none"}, "no such challenge"),
        ({"submission_sha256": "abc"}, "no SHA-256"),
        ({"submission_sha256": "A" * 64}, "no SHA-256"),
        ({"checks": []}, "is missing"),
    ],
)
def test_what_is_not_this_courses_is_refused_with_what_to_do(one: Served, change: dict[str, Any], says: str) -> None:
    answer = one.send(changed(graded(SOLUTION), **change), one.token("ada"))
    assert answer.status_code == 422 and says in answer.json()["error"]
    assert one.count(reports) == 0


def test_checks_of_another_kit_are_refused(one: Served) -> None:
    token = one.token("ada")
    for body in (
        with_check(graded(SOLUTION), 0, id="another"),
        with_check(graded(SOLUTION), 0, id=json.loads(graded(SOLUTION))["challenges"][0]["checks"][1]["id"]),
        with_check(graded(WRONG), 0, status="fail", diagnosis="made-up"),
    ):
        answer = one.send(body, token)
        assert answer.status_code == 422 and "Update your kit" in answer.json()["error"], answer.text


def test_a_seed_no_database_can_hold_is_refused(one: Served) -> None:
    report = json.loads(graded(SOLUTION)) | {"seed": 2**80}
    answer = one.send(json.dumps(report).encode(), one.token("ada"))
    assert answer.status_code == 422 and "64 bits" in answer.json()["error"]


def test_texts_that_act_are_stored_as_text(one: Served) -> None:
    body = with_check(graded(WRONG), 0, message="\x1b[31mred \u202e <script>\x00")
    assert one.send(body, one.token("ada")).status_code == 201
    stored = one.store.report(standing(one).last_report)
    assert json.loads(stored)["challenges"][0]["checks"][0]["message"] == "\\u001b[31mred \\u202e <script>\\u0000"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b'"text"', 400), (b"\xff\xfe", 400), (b"{}", 400),
        (b"[" * 100_000, 400), (b'{"schema": "grader/result/v1"}', 422), (b'{"schema": "grader/result/v2"}', 400),
        (b'{"schema": "grader/signed/v1"}', 400), (b'{"schema": "grader/result/v1", "points": NaN}', 400),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_in_a_sentence(one: Served, body: bytes, status: int) -> None:
    answer = one.send(body, one.token("ada"))
    assert answer.status_code == status and len(answer.json()["error"]) < 500


def test_an_empty_report_and_a_challenge_twice_are_refused(one: Served) -> None:
    report, token = json.loads(graded(SOLUTION)), one.token("ada")
    for challenges in ([], report["challenges"] * 2):
        assert one.send(json.dumps(report | {"challenges": challenges}).encode(), token).status_code == 422


# -- what the head says -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency-Key": ""}, {"Idempotency-Key": "0" * 64}, {"Idempotency-Key": '"' + "A" * 64 + '"'},
        {"Idempotency-Key": '"0"'}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json; charset=x"},
        {"Content-Encoding": "gzip"},
    ],
)  # fmt: skip
def test_odd_headers_are_refused(one: Served, headers: dict[str, str]) -> None:
    answer = one.send(graded(SOLUTION), one.token("ada"), **headers)
    assert answer.status_code == 400 and next(iter(headers)) in answer.json()["error"]


def test_a_body_that_is_too_large_is_refused_and_says_what_is_allowed(one: Served) -> None:
    answer = one.send(b" " * (9 * 1024 * 1024), one.token("ada"))
    assert answer.status_code == 413 and "8192 KiB" in answer.json()["error"]


def test_a_sender_who_comes_too_often_is_asked_to_wait_and_others_are_not(
    one: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one.intake.reports, "clock", lambda: 0.0)
    often, other = one.token("ada"), one.token("bob")
    statuses = {one.send(b"{}", often).status_code for _ in range(REPORTS_AT_ONCE)}
    assert statuses == {400}
    answer = one.send(b"{}", often)
    assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) < 60
    assert one.send(graded(SOLUTION), other).status_code == 201


def test_who_is_refused_too_often_without_a_token_is_asked_to_wait(
    one: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one.intake.refusals, "clock", lambda: 0.0)
    statuses = [one.send(b"{}", "wrong").status_code for _ in range(REFUSED_AT_ONCE)]
    assert set(statuses) == {401}
    assert (one.send(b"{}", "wrong").status_code, one.send(b"{}").status_code) == (429, 429)
    assert one.send(graded(SOLUTION), one.token("ada")).status_code == 201


# -- whose a program is -----------------------------------------------------------------------------------------------


def test_who_names_the_hash_of_somebodys_program_does_not_get_it(served: Served) -> None:
    source = SOLUTION.read_bytes()
    served.store.hand_in([Handed("bob", "01-inspect-a-chunk", "inspect_chunk.py", source, None, "folder")])
    answer = served.send(graded(SOLUTION), served.token("ada"))
    assert answer.json()["wanted"] == [hashlib.sha256(source).hexdigest()]
    (row,) = served.store.read(sa.select(reports.c.id).join(handed).where(handed.c.student == "ada"))
    shown = attempt(served.store, Scope(student="ada"), row.id)
    assert shown is not None and shown.source is None
    given = served.store.read(sa.select(handed.c.student, handed.c.has_bytes))
    assert {(one.student, one.has_bytes) for one in given} == {("ada", False), ("bob", True)}
