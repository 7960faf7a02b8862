"""Control groups: with the kernel's own where there are any of version 2, and the limits as files elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.jail import cgroup
from grader.jail.cgroup import Group, Groups
from grader.jail.spec import Limits

LIMITS = Limits(threads=7, memory=1024)


@pytest.fixture
def kernels() -> Iterator[Groups]:
    """Groups in the kernel's own hierarchy, whatever controllers it has."""
    groups = Groups.find(needed=())
    if groups is None:
        pytest.skip("no group of version 2 may be made here")
    yield groups
    assert not list(groups.base.glob(f"grader-{os.getpid()}-*")), "none is left"


def test_what_is_in_a_group_ends_with_it(kernels: Groups) -> None:
    group = kernels.make(LIMITS)
    pid = os.fork()
    if pid == 0:
        group.enter()
        time.sleep(60)
        os._exit(0)
    for _ in range(1000):
        if str(pid) in (group.path / "cgroup.procs").read_text().split():
            break
        time.sleep(0.01)
    assert str(pid) in (group.path / "cgroup.procs").read_text().split()
    kernels.done(group)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -9
    for _ in range(1000):
        kernels.done(kernels.make(LIMITS))  # what could not be removed is tried again
        if not group.path.exists():
            break
        time.sleep(0.01)
    assert not group.path.exists()


def test_a_group_that_is_gone_already_is_no_trouble(kernels: Groups) -> None:
    group = kernels.make(LIMITS)
    assert group.remove()
    assert group.remove()


def as_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, controllers: str) -> None:
    (tmp_path / "ours" / "judge").mkdir(parents=True)
    (tmp_path / "ours" / "cgroup.subtree_control").write_text(controllers)
    (tmp_path / "ours" / "judge" / "cgroup.subtree_control").write_text("")
    monkeypatch.setattr(cgroup, "_own_group", lambda: tmp_path / "ours" / "judge")


def test_the_group_above_the_judge_s_is_taken_where_it_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_files(tmp_path, monkeypatch, "cpu memory pids")
    groups = Groups.find()
    assert groups is not None
    assert groups.base == tmp_path / "ours"


def test_without_the_controllers_there_are_no_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_files(tmp_path, monkeypatch, "cpu memory")
    assert Groups.find() is None


def test_a_run_may_have_so_many_processes_and_so_much_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ("pids.max", "memory.max", "memory.oom.group")
    mkdir = Path.mkdir

    def with_files(path: Path) -> None:  # as the kernel fills a new group
        mkdir(path)
        for name in files:
            (path / name).write_text("")

    monkeypatch.setattr(Path, "mkdir", with_files)
    group: Group = Groups(tmp_path).make(LIMITS)
    assert {name: (group.path / name).read_text() for name in files} == dict(
        zip(files, ("7", "1024", "1"), strict=True)
    )
    assert not (group.path / "memory.swap.max").exists()
