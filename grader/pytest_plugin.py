"""pytest as a front end: `pytest challenges` shows each check of each challenge as a test.

The engine is the grader's own, and so are the verdicts. pytest loads this in every run of the virtual environment,
whatever is tested there. So it imports nothing, and changes nothing, until a challenge's folder is met. The learner's
file is run by the jail alone, and never imported here.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Generator
from pathlib import Path

import pytest

FOLDER = re.compile(r"\d\d-[a-z0-9-]+")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("grader", "stream challenges")
    group.addoption(
        "--grader-seed", type=int, metavar="N", help="Replay exactly the streams of this seed to the challenges."
    )
    group.addoption(
        "--grader-hints", type=_hints, default=1, metavar="N|all", help="How many hints to show for a failed check."
    )


def _hints(typed: str) -> int:
    if typed == "all":
        return 3
    if not typed.isdigit():
        raise argparse.ArgumentTypeError(f"{typed!r}: expected a number or `all`")
    return int(typed)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """In the place of what pytest would make of a challenge's files: the challenge. All else is left as it is."""
    found = yield
    if not _in_a_challenge(file_path):
        return found
    from grader.pytest_items import instead

    return instead(file_path, parent, found)


def _in_a_challenge(path: Path) -> bool:
    """Is it a file of `challenges/NN-slug/`, where that is a challenge of this kit's kind?"""
    folder = path.parent
    if folder.parent.name != "challenges" or not FOLDER.fullmatch(folder.name):
        return False
    return (folder / "challenge.toml").is_file() and (folder / "checks.py").is_file()


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    quiet = config.option.collectonly or config.option.verbose < 0
    if quiet or not any("grader" in item.keywords for item in items):
        return []
    from grader.pytest_items import bench

    seed = bench(config).seed
    return [f"seed {seed} (the same streams again: --grader-seed {seed})"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The points, wherever the checks were run: in this process, or in workers of pytest-xdist."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    ours = [r for r in reports if any(name == "grader.check" for name, _ in getattr(r, "user_properties", ()))]
    if ours:
        from grader.pytest_points import show

        show(ours, terminalreporter)
