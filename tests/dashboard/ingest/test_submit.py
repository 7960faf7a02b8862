"""`grader submit` and a dashboard: both ends, over a socket."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import sqlalchemy as sa

from grader.classroom.store.graded import Graded, kit_of
from grader.classroom.store.people import received
from grader.classroom.store.schema import handed, reports, sources
from grader.classroom.store.standing import standings
from grader.commands.submit import run
from grader.submitting import http
from tests.classroom.test_identity import CONFIG, GITLAB_CLAIMS, KEY, Issuer
from tests.commands.kits import copy_kit, grader
from tests.dashboard.ingest.gradings import SOLUTION, WRONG, graded, key_pair, signed
from tests.dashboard.ingest.serving import Served

INSPECT = "01-inspect-a-chunk"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No CI around, no token, a kit of its own, and no long waits."""
    for name in ("GRADER_TOKEN", "GITHUB_ACTIONS", "GITLAB_CI", "GRADER_ID_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "challenges" / "01-one").mkdir(parents=True)
    (tmp_path / "challenges" / "01-one" / "challenge.toml").touch()
    (tmp_path / "solutions").mkdir()
    shutil.copy(SOLUTION, tmp_path / "solutions")  # where the reports say that the submission lay
    monkeypatch.setenv("GRADER_KIT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(http, "WAIT_S", 0.001)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_bytes(graded(SOLUTION))
    return path


def standing(served: Served) -> Any:
    ((row),) = served.store.read(sa.select(standings).where(standings.c.student == "ada"))
    return row


# -- with a token, signed, from CI ------------------------------------------------------------------------------------


def test_it_is_taken_and_its_file_is_sent_along(
    served: Served, report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRADER_TOKEN", served.token("ada"))
    assert run(report, served.url, None) == 0
    said = capsys.readouterr().out
    assert "has taken it: 01-inspect-a-chunk: passed, " in said and ": sent along." in said
    sha256 = json.loads(report.read_text())["challenges"][0]["submission_sha256"]
    assert served.store.source(sha256) == SOLUTION.read_bytes()
    assert run(report, served.url, None) == 0
    assert "had it already" in capsys.readouterr().out
    assert served.count(reports) == 1


def test_a_file_that_was_changed_since_is_not_sent(
    one: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.py").write_text("x = 1\n")
    data = json.loads(graded(SOLUTION))
    data["challenges"][0]["file"] = "mine.py"
    (tmp_path / "report.json").write_text(json.dumps(data))
    monkeypatch.setenv("GRADER_TOKEN", one.token("ada"))
    assert run(tmp_path / "report.json", one.url, None) == 0
    assert "mine.py: is not sent along" in capsys.readouterr().out
    assert one.store.read(sa.select(sources.c.source)) == [(None,)]


def test_a_signed_report_and_its_file_need_no_token(one: Served, tmp_path: Path) -> None:
    key, fingerprint = key_pair(tmp_path)
    one.sender("key", fingerprint, "ada")
    path = tmp_path / "signed.json"
    path.write_bytes(signed(graded(SOLUTION), key))
    assert run(path, one.url, None) == 0
    assert standing(one).provenance == "signed"
    assert one.store.read(sa.select(sources.c.source)) == [(SOLUTION.read_bytes(),)]


@pytest.fixture
def gitlab() -> Iterator[str]:
    """One that has keys: its address."""
    with Issuer() as issuer:
        threading.Thread(target=issuer.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{issuer.server_port}"
        issuer.shutdown()


def job(issuer: str, audience: str, **changed: Any) -> str:
    """The identity token of a job."""
    import time

    now = int(time.time())
    claims = {"iss": issuer, "aud": audience, "iat": now, "exp": now + 300, "jti": "one", **GITLAB_CLAIMS, **changed}
    return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "one"})


def test_a_job_of_ci_is_known_by_its_identity_and_its_token_is_good_for_this_report_alone(
    served: Served, gitlab: str, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.sender("repository", "4711", "ada", issuer=gitlab)
    served.sender("workflow", CONFIG, None, issuer=gitlab)
    monkeypatch.setenv("GRADER_ID_TOKEN", job(gitlab, served.url))
    assert run(report, served.url, None) == 0
    row = standing(served)
    assert (row.status, row.provenance) == ("pass", "ci")
    ((by,),) = served.store.read(sa.select(reports.c.sent_by))
    assert by == "ada/streams, run 1000, commit " + "a" * 12
    assert served.store.read(sa.select(sources.c.source)) == [(SOLUTION.read_bytes(),)]  # with the same token
    assert run(report, served.url, None) == 0  # and once more
    report.write_bytes(graded(WRONG))
    assert run(report, served.url, None) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elsewhere.example.org"}, {"project_id": 1}, {"ci_config_ref_uri": "a/b@refs/heads/main"},
        {"exp": 1}, {"iss": "https://gitlab.com"}, {"jti": None},
    ],
)  # fmt: skip
def test_a_job_of_another_course_is_nobody(one: Served, gitlab: str, changed: dict[str, Any]) -> None:
    one.sender("repository", "4711", "ada", issuer=gitlab)
    one.sender("workflow", CONFIG, None, issuer=gitlab)
    assert one.send(graded(SOLUTION), job(gitlab, one.url, **changed)).status_code == 401


def test_without_the_issuers_keys_a_job_is_asked_to_come_again(one: Served) -> None:
    nowhere = "http://127.0.0.1:9"
    one.sender("repository", "4711", "ada", issuer=nowhere)
    one.sender("workflow", CONFIG, None, issuer=nowhere)
    answer = one.send(graded(SOLUTION), job(nowhere, one.url))
    assert answer.status_code == 503 and "Retry-After" in answer.headers


# -- which report counts ----------------------------------------------------------------------------------------------


def ours(served: Served, content: bytes, provenance: str = "server") -> None:
    """A report that the server itself made of the same bytes."""
    data = json.loads(content)
    sha256 = data["challenges"][0]["submission_sha256"]
    kit = kit_of(served.app.state.desk.challenges[0])
    sitting = served.store.begin("grade", policy="per-student", kit=kit, who="tests")
    served.store.record(sitting, Graded("ada", INSPECT, sha256, kit, "per-student", 0, content.decode(), provenance))


def forged(content: bytes) -> bytes:
    """As if all had passed."""
    data = json.loads(content)
    for check in data["challenges"][0]["checks"]:
        check |= {"status": "pass", "diagnosis": None, "points": check["max_points"]}
    return json.dumps(data).encode()


def test_what_was_graded_here_counts_whatever_is_sent_of_the_same_bytes(served: Served) -> None:
    token = served.token("ada")
    assert served.send(forged(graded(WRONG)), token).status_code == 201
    assert (standing(served).status, standing(served).provenance) == ("pass", "local")
    ours(served, graded(WRONG))
    assert (standing(served).status, standing(served).provenance) == ("fail", "server")
    assert served.send(forged(graded(WRONG)) + b"\n", token).status_code == 201
    assert (standing(served).status, standing(served).provenance) == ("fail", "server")
    assert served.count(reports) == 3


def test_what_a_job_of_ci_says_counts_more_than_what_is_sent_with_a_token(served: Served, gitlab: str) -> None:
    served.sender("repository", "4711", "ada", issuer=gitlab)
    served.sender("workflow", CONFIG, None, issuer=gitlab)
    assert served.send(graded(WRONG), job(gitlab, served.url)).status_code == 201
    assert served.send(forged(graded(WRONG)), served.token("ada")).status_code == 201
    assert (standing(served).status, standing(served).provenance) == ("fail", "ci")


# -- sources ----------------------------------------------------------------------------------------------------------


def test_a_source_is_taken_of_who_has_reported_it_and_with_its_own_hash(served: Served) -> None:
    ada, bob = served.token("ada"), served.token("bob")
    body, source = graded(SOLUTION), SOLUTION.read_bytes()
    assert served.put(source, body, ada).status_code == 403
    wanted = served.send(body, ada).json()["wanted"]
    assert served.put(source, body, bob).status_code == 403
    assert served.put(source, body).status_code == 401
    assert served.put(source, body, "wrong").status_code == 401
    assert served.put(b"x = 1\n", body, ada, sha256=wanted[0]).status_code == 422
    assert served.put(b"x" * (256 * 1024 + 1), body, ada, sha256=wanted[0]).status_code == 413
    assert served.put(source, body, ada, sha256="../../etc").status_code in (403, 404)
    assert [served.put(source, body, ada).status_code for _ in range(2)] == [201, 200]
    assert served.store.source(wanted[0]) == source
    assert "wanted" not in served.send(graded(SOLUTION) + b"\n", ada).json()


def test_a_stub_that_nobody_has_touched_is_not_wanted(one: Served) -> None:
    stub = next((SOLUTION.parents[1] / "challenges" / INSPECT).glob(".stub.py"))
    answer = one.send(graded(stub), one.token("ada"))
    assert answer.status_code == 201 and "not begun" in answer.json()["message"]
    assert "wanted" not in answer.json()


# -- hints ------------------------------------------------------------------------------------------------------------


def test_the_hints_that_were_shown_are_in_the_report_and_in_the_tables(
    one: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = copy_kit(tmp_path, only=("01",))
    shutil.copy(WRONG, kit / "challenges" / INSPECT / "inspect_chunk.py")
    out = str(tmp_path / "report.json")
    grader(kit, "grade", "1", "--json", "--out", out)
    for _ in range(2):
        grader(kit, "hint", "1")
    grader(kit, "grade", "1", "--json", "--out", out)
    assert json.loads(Path(out).read_text())["challenges"][0]["hints"] == 3  # one with the first report
    monkeypatch.setenv("GRADER_TOKEN", one.token("ada"))
    assert run(Path(out), one.url, None) == 0
    assert standing(one).hints == 3


def test_what_could_not_be_delivered_is_sent_later_with_its_file(
    one: Served, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_TOKEN", one.token("ada"))
    monkeypatch.setattr(one.intake, "delivery", lambda *_: (_ for _ in ()).throw(OSError("a fault of ours")))
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr(http, "TRIES", 1)
        assert run(report, one.url, None) == 3
    monkeypatch.undo()
    monkeypatch.setenv("GRADER_TOKEN", one.token("ada"))
    monkeypatch.setenv("GRADER_KIT", str(report.parent))
    assert run(None, one.url, None) == 0
    assert (one.count(received), one.count(handed)) == (1, 1)
    assert one.store.read(sa.select(sources.c.source)) == [(SOLUTION.read_bytes(),)]
