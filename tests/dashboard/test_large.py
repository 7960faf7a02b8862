"""With a class of three hundred: each page is still one that a browser loads quickly."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bench.addresses import FILES, addresses
from bench.dashboard import BYTES
from bench.large import Program, big_class
from grader.classroom.store.standing import attempts, met, standings
from grader.classroom.store.store import Store
from grader.commands.dashboard import listen
from grader.dashboard.app import create
from tests.corpus import challenges
from tests.dashboard import classes
from tests.dashboard.conftest import desk_on

STUDENTS, ATTEMPTS = 300, 3


def programs() -> Iterator[Program]:
    """Those of the small class, as if every challenge were its first one."""
    of_first = [p for name, p in classes.programs().items() if p.challenge == classes.FIRST and name != "untouched"]
    for id, challenge in challenges().items():
        for each in of_first:
            (told,) = each.report["challenges"]
            report = {**each.report, "challenges": [{**told, "id": id, "title": challenge.card.title}]}
            yield Program(id, challenge.card.file, each.source, json.dumps(report))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path_factory.mktemp('large') / 'grades.db'}") as store:
        big_class(store, programs(), count=STUDENTS, attempts=ATTEMPTS, until=classes.NOON)
        yield store


def test_the_large_class_is_as_large_as_it_says(large: Store) -> None:
    def count(table: sa.Table) -> int:
        return int(large.read(sa.select(sa.func.count()).select_from(table))[0][0])

    assert count(attempts) == STUDENTS * 9 * ATTEMPTS
    assert count(standings) == STUDENTS * 9
    passed = large.read(sa.select(sa.func.count()).where(standings.c.status == "pass"))[0][0]
    stuck = large.read(sa.select(sa.func.count()).where(standings.c.stuck))[0][0]
    assert STUDENTS < passed < STUDENTS * 9
    assert stuck > 10
    assert count(met) > STUDENTS


def test_every_page_of_a_large_class_is_there_and_small_enough(large: Store) -> None:
    desk = desk_on(large, read_only=True)
    app = create(desk)
    here = ("127.0.0.1", 50000)  # figures are for this machine
    browser = TestClient(app, base_url=desk.settings.address, follow_redirects=False, client=here)
    pages = list(addresses(app, large))
    assert len(pages) > 10
    sizes = {}
    for route, address in pages:
        answer = browser.get(address)
        assert answer.status_code in (200, 303, 404), f"{address}: {answer.status_code}"
        if route not in FILES:
            sizes[address] = len(answer.content)
    assert {address: size for address, size in sizes.items() if size > BYTES} == {}


def test_no_answer_waits_for_the_browser_to_have_acknowledged_its_head() -> None:
    """asyncio switches that off (TCP_NODELAY), for sockets of which it is said that they are TCP's."""
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
