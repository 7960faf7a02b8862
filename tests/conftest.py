"""For all tests: one warm parent a process, hypothesis set for a suite that is run often, and breadth left out."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from grader.session import Session
from tests import breadth
from tests.databases import bare, copies, postgres, postgresql_copies, sqlite_copies, store, url

__all__ = ["bare", "copies", "postgres", "postgresql_copies", "sqlite_copies", "store", "url"]

LEFT_OUT = pytest.StashKey[int]()

# No deadlines, since a slow machine fails nobody.
settings.register_profile(
    "kit", max_examples=breadth.examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("kit")


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """One warm parent for all gradings of a test process."""
    with Session(["requests", "urllib", "openai", "pydantic"]) as open_session:
        open_session.ready()
        yield open_session


# -- what is collected ------------------------------------------------------------------------------------------------

gc.disable()  # thousands of tests are made now, which all stay: to look for garbage among them again and again is in vain


def pytest_collection_finish() -> None:
    gc.freeze()  # nor later
    gc.enable()


# -- breadth ----------------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "breadth: more of a kind; left out unless BREADTH=whole (tests/breadth.py)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if breadth.WHOLE or any("::" in arg for arg in config.args):
        return
    left_out = [item for item in items if item.get_closest_marker("breadth")]
    items[:] = [item for item in items if not item.get_closest_marker("breadth")]
    config.hook.pytest_deselected(items=left_out)
    config.stash[LEFT_OUT] = len(left_out)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):  # one of xdist's: who shows the summary has collected nothing itself
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{count} tests are only more of a kind and were left out, and each property was tried with fewer examples. "
            "All of it, as in CI: BREADTH=whole make test"
        )
