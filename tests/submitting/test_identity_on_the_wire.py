"""Both ends together: what `grader submit` sends from a job on GitHub is what the verifying library accepts."""

import hashlib
from pathlib import Path

import pytest

from grader.classroom.identity import Refused, SeenInMemory, Verifier
from grader.commands.submit import run
from tests.classroom.test_identity import Issuer, issuer, token, trust
from tests.show.reports import PASSED, a_report
from tests.submitting.desk import open_desk

__all__ = ["issuer"]  # a fixture


def test_a_job_on_github_is_known_by_what_it_sends(
    issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report.json"
    report.write_text(a_report(PASSED, status="pass").to_json(), "utf-8")
    monkeypatch.delenv("GRADER_TOKEN", raising=False)
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "secret")
    monkeypatch.setenv("GRADER_KIT", str(tmp_path))  # no kit: what cannot be sent would lie beside the report
    monkeypatch.chdir(tmp_path)
    with open_desk() as desk:
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{desk.url}/token?v=1")
        desk.answers = [(200, {"value": token(aud=desk.url)})]
        assert run(report, desk.url + "/", None) == 0
        sent = desk.came[1]
        verifier = Verifier([trust(issuer, audience=desk.url)], SeenInMemory())
        bearer = sent.headers["Authorization"].removeprefix("Bearer ")
        purpose = hashlib.sha256(sent.body).hexdigest()
        assert [verifier.verify(bearer, purpose=purpose).student for _ in range(2)] == ["ada", "ada"]
        with pytest.raises(Refused):
            verifier.verify(bearer, purpose=hashlib.sha256(b"another report").hexdigest())
