"""Results as they arrive, over a real server: each listener's own students, from where they were, while they may."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import pytest
import requests
import sqlalchemy as sa
from requests.adapters import HTTPAdapter

from grader.classroom.store.people import sessions
from grader.classroom.store.schema import reports
from grader.dashboard import feed
from grader.dashboard.desk import Desk
from grader.dashboard.pages import live as page
from tests.classroom.made import graded, handed
from tests.dashboard.browser.conftest import serving
from tests.dashboard.classes import SCRIPT
from tests.dashboard.conftest import desk_on, entered
from tests.dashboard.looks import is_ours


@pytest.fixture
def address(sqlite_desk: Desk) -> Iterator[str]:
    with serving(sqlite_desk) as served:
        yield served.address


@dataclass
class Heard:
    """What a listener was sent, as it comes."""

    status: int
    text: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[int]:
        return [int(id) for id in re.findall(r'id="result-(\d+)"', self.text)]


@contextmanager
def listening(desk: Desk, address: str, *whom: str, **more: str) -> Iterator[Heard]:
    client = entered(desk, *whom)
    cookies = dict(client.cookies.items())
    with requests.get(f"{address}/live/events", cookies=cookies, headers=more, stream=True, timeout=30) as answer:
        heard = Heard(answer.status_code)

        def read() -> None:
            try:
                for piece in answer.iter_content(None):
                    heard.text += piece.decode()
            except (requests.RequestException, AttributeError, ValueError):
                pass  # we closed it
            heard.ended.set()

        threading.Thread(target=read, daemon=True).start()
        try:
            until(lambda: ": here" in heard.text or heard.status != 200)
            yield heard
        finally:
            with suppress(RuntimeError):  # it has ended by itself
                answer.raw.shutdown()  # to close it would wait until the other thread has read something


def until(holds, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def sent(desk: Desk, student: str, number: int, kind: str = "grade") -> int:
    """A result, as another process stores it; its number."""
    one = handed(student, f"x = {number}\n".encode())
    desk.store.hand_in([one])
    desk.store.record(desk.store.begin(kind, policy="fixed:7", kit="k", who="tess"), graded(one, 5))
    return int(desk.store.read(sa.select(sa.func.max(reports.c.id)))[0][0])


def test_each_listener_hears_of_their_own_students(sqlite_desk: Desk, address: str) -> None:
    with (
        listening(sqlite_desk, address, "instructor") as everything,
        listening(sqlite_desk, address, "assistant", "A") as of_a,
        listening(sqlite_desk, address, "assistant", "B") as of_b,
    ):
        gus, ada, script = (sent(sqlite_desk, who, n) for n, who in enumerate(("gus", "ada", SCRIPT)))
        until(lambda: len(everything.ids) == 3 and of_a.ids and len(of_b.ids) == 2)
        time.sleep(2 * feed.EVERY)
        assert sorted(everything.ids) == sorted([gus, ada, script])
        assert of_a.ids == [ada] and sorted(of_b.ids) == sorted([gus, script])
        assert "<script>" not in everything.text and "&lt;img" in everything.text
        assert "Gus" not in of_a.text and "gus" not in of_a.text


def test_who_comes_back_hears_what_they_missed_and_nothing_twice(sqlite_desk: Desk, address: str) -> None:
    first, second, third = (sent(sqlite_desk, "ada", n) for n in range(3))
    with listening(sqlite_desk, address, "instructor", **{"Last-Event-ID": str(first)}) as heard:
        until(lambda: heard.ids)
        assert heard.ids == [third, second]
        fourth = sent(sqlite_desk, "ada", 9)
        until(lambda: len(heard.ids) == 3)
        assert heard.ids == [third, second, fourth]
        assert re.findall(r"^id: (\d+)$", heard.text, re.M) == [str(third), str(fourth)]


def test_what_a_regrading_tries_out_is_no_result(sqlite_desk: Desk, address: str) -> None:
    with listening(sqlite_desk, address, "instructor") as heard:
        sent(sqlite_desk, "ada", 1, "regrade")
        shown = sent(sqlite_desk, "ada", 2)
        until(lambda: heard.ids)
        assert heard.ids == [shown]


def test_it_ends_with_the_session(sqlite_desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "CHECK", 0.2)
    with listening(sqlite_desk, address, "assistant", "A") as heard:
        sqlite_desk.store.write(lambda c: c.execute(sessions.delete()))
        assert heard.ended.wait(20)
        assert "event: end" in heard.text
        assert heard.ids == []


def test_nobody_listens_without_end_at_once(sqlite_desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST", 1)
    with listening(sqlite_desk, address, "instructor") as first:
        assert first.status == 200
        with listening(sqlite_desk, address, "instructor") as second:
            assert second.status == 503
    monkeypatch.undo()
    with listening(sqlite_desk, address, "instructor") as third:
        assert third.status == 200


def test_without_scripts_it_is_a_list(sqlite_desk: Desk) -> None:
    answer = entered(sqlite_desk, "assistant", "B").get("/live")
    is_ours(answer.text)
    assert 'href="/live">Load it again' in answer.text
    assert "Ada" not in answer.text and "Gus" in answer.text


def test_students_and_strangers_hear_nothing(sqlite_desk: Desk, address: str) -> None:
    assert entered(sqlite_desk, "student", "ada").get("/live/events").status_code == 403
    assert requests.get(f"{address}/live/events", allow_redirects=False, timeout=10).status_code == 303


def test_visitors_share_seats_with_those_at_their_address_alone(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_EACH", 1)
    with serving(desk_on(sqlite_desk.store, read_only=True)) as served, ExitStack() as stack:

        def status(host: str) -> int:
            session = stack.enter_context(requests.Session())
            session.mount("http://", _From(host))
            answer = session.get(f"{served.address}/live/events", stream=True, timeout=30)
            return stack.enter_context(answer).status_code

        assert [status(host) for host in ("127.0.0.1", "127.0.0.1", "127.0.0.2")] == [200, 503, 200]


class _From(HTTPAdapter):
    """Of a machine with several addresses the one to ask from."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__()

    def init_poolmanager(self, *args, **more) -> None:
        super().init_poolmanager(*args, **more, source_address=(self._host, 0))
