"""`grader submit`: what is sent, with which proof, how often it is tried, and what is said and kept."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.commands.submit import run
from grader.errors import UsageError
from grader.signing import new_key, private_key, sign
from grader.submitting import http
from grader.submitting.address import dashboard
from grader.submitting.deliver import SAYS, key_of
from grader.submitting.outbox import MOST, Outbox
from tests.commands.kits import ROOT, grader
from tests.show.reports import PASSED, a_report
from tests.submitting.desk import Desk, open_desk

REPORT = a_report(PASSED, status="pass")


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as one:
        yield one


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kit of its own, no CI around, and no long waits."""
    (tmp_path / "challenges" / "01-one").mkdir(parents=True)
    (tmp_path / "challenges" / "01-one" / "challenge.toml").touch()
    monkeypatch.setenv("GRADER_KIT", str(tmp_path))
    monkeypatch.setenv("GRADER_TOKEN", "ada-s-token")
    for name in (
        "GITHUB_ACTIONS",
        "GITLAB_CI",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "GRADER_ID_TOKEN",
        "HTTP_PROXY",
        "http_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(http, "WAIT_S", 0.001)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(REPORT.to_json(), "utf-8")
    return path


def kept(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / ".grader" / "outbox").glob("*.json"))


# -- on the wire ------------------------------------------------------------------------------------------------------


def test_a_report_goes_as_the_page_says(desk: Desk, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(report, desk.url + "/", None) == 0
    (came,) = desk.came
    assert (came.method, came.path, came.body) == ("POST", "/api/v1/reports", report.read_bytes())
    assert came.headers["Authorization"] == "Bearer ada-s-token"
    assert came.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r'"[0-9a-f]{64}"', came.headers["Idempotency-Key"])
    said = capsys.readouterr().out
    assert said == f"{report}: {desk.url} has taken it: Thank you. (sent by the token in GRADER_TOKEN)\n"


def test_a_token_in_a_file_comes_first(desk: Desk, report: Path, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n")
    assert run(report, desk.url, tmp_path / "token") == 0
    assert desk.came[0].headers["Authorization"] == "Bearer from-a-file"


def test_on_github_each_report_gets_a_token_made_out_to_the_dashboard(
    desk: Desk, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADER_TOKEN")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{desk.url}/idtoken?api-version=2.0")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner-s-secret")
    desk.answers = [(200, {"value": "a.b.c", "count": 1})]
    assert run(report, desk.url, None) == 0
    asked, sent = desk.came
    assert asked.method == "GET"
    assert asked.path == "/idtoken?api-version=2.0&audience=" + desk.url.replace(":", "%3A").replace("/", "%2F")
    assert asked.headers["Authorization"] == "bearer runner-s-secret"
    assert sent.headers["Authorization"] == "Bearer a.b.c"


def test_a_token_that_github_does_not_give_leaves_the_report_for_later(
    desk: Desk, report: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GRADER_TOKEN")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{desk.url}/idtoken")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner-s-secret")
    desk.answers = [(403, {})]
    assert run(report, desk.url, None) == 3
    assert [came.method for came in desk.came] == ["GET"]
    assert "GitHub gave this job no identity token (status 403)" in capsys.readouterr().out
    assert len(kept(tmp_path)) == 1


def test_on_gitlab_the_jobs_own_token_is_sent(desk: Desk, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADER_TOKEN")
    monkeypatch.setenv("GRADER_ID_TOKEN", "x.y.z")
    assert run(report, desk.url, None) == 0
    assert desk.came[0].headers["Authorization"] == "Bearer x.y.z"


def test_a_signed_report_goes_byte_for_byte_and_needs_no_token(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADER_TOKEN")
    new_key(tmp_path / "key")
    signed = tmp_path / "signed.json"
    signed.write_text(sign(REPORT, private_key(tmp_path / "key")), "utf-8")
    assert run(signed, desk.url, None) == 0
    assert desk.came[0].body == signed.read_bytes()
    assert "Authorization" not in desk.came[0].headers


def test_netrc_is_not_asked_for_a_password(
    desk: Desk, report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert run(report, desk.url, None) == 0
    assert desk.came[0].headers["Authorization"] == "Bearer ada-s-token"


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "nobody could tell whose report this is"),
        ({"GITHUB_ACTIONS": "true"}, "permissions: id-token: write"),
        ({"GITLAB_CI": "true"}, "id_tokens: {GRADER_ID_TOKEN"),
    ],
)
def test_without_any_proof_nothing_is_sent(
    desk: Desk, report: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str
) -> None:
    monkeypatch.delenv("GRADER_TOKEN")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=says):
        run(report, desk.url, None)
    assert desk.came == []


@pytest.mark.parametrize("content", ["", "two words", "a\nX-Other: header", "ключ", "x" * 20_000])
def test_what_is_no_token_is_never_sent(desk: Desk, report: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "token").write_text(content, "utf-8")
    with pytest.raises(UsageError, match="holds no token"):
        run(report, desk.url, tmp_path / "token")
    assert desk.came == []


def test_what_is_no_report_is_never_sent(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text('{"secret": 1}')
    with pytest.raises(UsageError, match="is no report"):
        run(tmp_path / "notes.json", desk.url, None)
    assert desk.came == []


# -- where to ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://Grades.Example.org/", "https://grades.example.org"),
        ("https://grades.example.org:443", "https://grades.example.org"),
        ("https://example.org/streams//", "https://example.org/streams"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
    ],
)
def test_an_address_has_one_spelling(given: str, meant: str) -> None:
    assert dashboard(given) == meant
    assert dashboard(meant) == meant


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("http://grades.example.org", "for all to read"),
        ("http://127.0.0.1.example.org", "for all to read"),
        ("grades.example.org", "is no address"),
        ("ftp://grades.example.org", "is no address"),
        ("https://", "is no address"),
        ("https://a:99999999", "is no address"),
        ("https://ada:secret@grades.example.org", "the dashboard's address alone"),
        ("https://grades.example.org?next=1", "the dashboard's address alone"),
    ],
)
def test_an_address_that_will_not_do_says_why(given: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        dashboard(given)


@given(st.text(max_size=40) | st.text(max_size=30).map(lambda text: "https://" + text))
def test_any_text_is_an_address_or_a_usage_error(text: str) -> None:
    try:
        meant = dashboard(text)
    except UsageError:
        return
    assert dashboard(meant) == meant


# -- trying again, keeping, sending later -----------------------------------------------------------------------------


def test_what_may_pass_is_tried_again_with_the_same_key(desk: Desk, report: Path) -> None:
    desk.answers = [(503, {}), (0, b""), (429, {}), (201, {})]
    assert run(report, desk.url, None) == 0
    assert len(desk.came) == 4
    assert len({came.headers["Idempotency-Key"] for came in desk.came}) == 1
    assert {came.body for came in desk.came} == {report.read_bytes()}


def test_tries_are_bounded_whatever_the_answer_asks_for(
    desk: Desk, report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    desk.answers, desk.headers = [(429, {"error": "slow down"})] * 9, {"Retry-After": "86400"}
    assert run(report, desk.url, None) == 3
    assert len(desk.came) == http.TRIES
    assert set(slept) == {http.ASKED_TO_WAIT_S}
    assert "asks to wait: slow down" in capsys.readouterr().out
    assert len(kept(tmp_path)) == 1


def test_what_could_not_be_delivered_is_kept_and_sent_by_the_next_call(
    desk: Desk, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_desk() as gone:
        away = gone.url
    assert run(report, away, None) == 3
    assert "was not reached: nothing listens there. " in capsys.readouterr().out.replace("\n", " ")
    assert run(report, away, None) == 3
    (name,) = kept(tmp_path)
    entry = tmp_path / ".grader" / "outbox" / name
    assert "ada-s-token" not in entry.read_text("utf-8")
    entry.write_text(entry.read_text("utf-8").replace(away, desk.url), "utf-8")  # as if it were there again
    assert run(None, desk.url, None) == 0
    assert desk.came[0].body == report.read_bytes()
    assert kept(tmp_path) == []
    assert run(None, desk.url, None) == 0
    assert "Nothing waits" in capsys.readouterr().out


def test_reports_go_in_the_order_in_which_they_were_made_and_a_dead_line_is_tried_once(
    desk: Desk, report: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second.json"
    second.write_text(report.read_text("utf-8") + "\n", "utf-8")
    desk.answers = [(503, {})] * 2 * http.TRIES
    assert (run(report, desk.url, None), run(second, desk.url, None)) == (3, 3)
    assert len(desk.came) == 2 * http.TRIES, "the second waits behind the first"
    desk.came.clear()
    assert run(None, desk.url, None) == 0
    assert [came.body for came in desk.came] == [report.read_bytes(), second.read_bytes()]


def test_a_report_for_another_dashboard_is_told_and_not_sent(
    desk: Desk, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Outbox(tmp_path / ".grader").keep("k", "https://other.example.org", b"{}")
    assert run(report, desk.url, None) == 0
    assert len(desk.came) == 1
    assert "Reports wait for https://other.example.org, too" in capsys.readouterr().out
    assert kept(tmp_path) == ["k.json"]


def test_a_kept_report_that_will_never_be_taken_is_put_aside_and_not_lost(
    desk: Desk, report: Path, tmp_path: Path
) -> None:
    Outbox(tmp_path / ".grader").keep("k", desk.url, report.read_bytes())
    desk.answers = [(413, {"error": "at most 8 MiB"})]
    assert run(None, desk.url, None) == 1
    assert kept(tmp_path) == []
    assert (tmp_path / ".grader" / "outbox" / "refused" / "k.json").is_file()


def test_a_report_that_was_kept_and_is_sent_by_name_waits_no_longer(desk: Desk, report: Path, tmp_path: Path) -> None:
    desk.answers = [(503, {})] * http.TRIES + [(403, {})]
    assert [run(report, desk.url, None), len(kept(tmp_path))] == [3, 1]
    assert [run(report, desk.url, None), len(kept(tmp_path))] == [1, 1], "not its fault"
    assert [run(report, desk.url, None), len(kept(tmp_path))] == [0, 0]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_kept_report_waits_on_where_the_sender_is_what_is_wrong(
    desk: Desk, report: Path, tmp_path: Path, status: int
) -> None:
    Outbox(tmp_path / ".grader").keep("k", desk.url, report.read_bytes())
    desk.answers = [(status, {"error": "no such token"})]
    assert run(None, desk.url, None) == 3
    assert kept(tmp_path) == ["k.json"]


def test_the_outbox_is_bounded_and_what_is_damaged_in_it_is_left_alone(
    desk: Desk, report: Path, tmp_path: Path
) -> None:
    box = Outbox(tmp_path / ".grader")
    for number in range(MOST):
        box.keep(str(number), desk.url, b"{}")
    with pytest.raises(UsageError, match="no more are kept"):
        box.keep("one more", desk.url, b"{}")
    for path in box.folder.iterdir():
        path.write_bytes(b"\xff{")
    assert box.waiting() == []
    assert run(report, desk.url, None) == 0
    assert len(kept(tmp_path)) == MOST


# -- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "told", "code", "says"),
    [
        (
            201,
            {"message": "Attempt 3.", "url": "https://g.example.org/1"},
            0,
            "has taken it: Attempt 3. · https://g.ex",
        ),
        (200, {}, 0, "had it already; nothing was counted twice."),
        (202, {"message": "Seen on Monday."}, 0, "has it, and will look at it later: Seen on Monday."),
        (400, {"error": "no seed"}, 1, "does not take it: no seed"),
        (401, {"error": "who?"}, 1, "does not know who sends it: who?"),
        (403, {"error": "not your class"}, 1, "does not let you send it: not your class"),
        (404, b"<html>", 1, "has nothing at this address (is --to right?)."),
        (409, {"error": "another body"}, 1, "was sent something else under this report's key: another body"),
        (413, {"error": "at most 8 MiB"}, 1, "does not take it: it is too large: at most 8 MiB"),
        (418, [], 1, "answers with status 418."),
        (500, b"", 3, "is in trouble."),
    ],
)
def test_an_answer_is_told_in_plain_words(
    desk: Desk, report: Path, capsys: pytest.CaptureFixture[str], status: int, told: object, code: int, says: str
) -> None:
    desk.answers = [(status, told)] * http.TRIES
    assert run(report, desk.url, None) == code
    assert says in capsys.readouterr().out


def test_a_redirect_is_told_and_not_followed(desk: Desk, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk.answers, desk.headers = [(302, b"")], {"Location": "https://evil.example.org/"}
    assert run(report, desk.url, None) == 1
    assert "sends you elsewhere, which is not followed: https://evil.example.org/" in capsys.readouterr().out


def test_what_a_dashboard_says_acts_on_no_terminal_and_fills_none(
    desk: Desk, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.answers = [(400, {"error": "\x1b[2J\x1b]0;owned\x07" + "x" * 100_000})]
    assert run(report, desk.url, None) == 1
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert len(said) < 1000


@given(st.binary(max_size=300))
def test_the_key_of_a_report_is_its_own(body: bytes) -> None:
    assert key_of("https://a", body) == key_of("https://a", body)
    assert key_of("https://a", body) != key_of("https://b", body)
    assert key_of("https://a", body) != key_of("https://a", body + b" ")


def test_the_command_says_what_it_lacks() -> None:
    done = grader(ROOT, "submit", "nowhere.json", GRADER_DASHBOARD="")
    assert (done.returncode, "say where to" in done.stderr) == (2, True)
    done = grader(ROOT, "submit", "nowhere.json", GRADER_DASHBOARD="https://grades.example.org", GRADER_TOKEN="t")
    assert (done.returncode, "nowhere.json: no such file" in done.stderr) == (2, True)


def test_the_page_names_every_status_and_variable(report: Path) -> None:
    page = (ROOT / "docs" / "submitting.md").read_text("utf-8")
    assert [status for status in SAYS if f"| {status} |" not in page] == []
    for name in ("GRADER_TOKEN", "GRADER_DASHBOARD", "GRADER_ID_TOKEN", "Idempotency-Key", "/api/v1/reports"):
        assert name in page
    assert json.loads(report.read_text("utf-8"))["schema"] in page
