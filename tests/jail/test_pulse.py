"""Has a process come to rest? Real processes that sleep, work or wait are told apart, however often one looks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader.jail import pulse
from grader.jail.pulse import Look, Rest

needs_kernel = pytest.mark.skipif(not pulse.AVAILABLE, reason="the kernel does not tell")
LOOKS = 15


@contextmanager
def process(code: str) -> Iterator[int]:
    """A Python process that says when it is about to do what is looked at."""
    source = f"import sys, os, time, threading, select, asyncio, subprocess, queue\nprint('on', flush=True)\n{code}"
    run = subprocess.Popen(
        [sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert run.stdout is not None
        assert run.stdout.readline() == b"on\n"
        yield run.pid
    finally:
        os.killpg(run.pid, signal.SIGKILL)  # its children, too
        run.communicate()


def rest_of(pid: int, looks: int = LOOKS) -> Rest:
    time.sleep(0.3)  # until it does what it is going to do all the time
    rest = Rest()
    for _ in range(looks):
        rest.add(pulse.look(pid))
        time.sleep(0.012)
    return rest


WAITING = {
    "reads stdin": "sys.stdin.read()",
    "waits for a lock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "waits for a queue": "queue.Queue().get()",
    "waits for readable": "select.select([0], [], [])",
    "polls without time-out": "p = select.poll(); p.register(0); p.poll()",
    "reads with a guard of a minute": "import socket; a, b = socket.socketpair(); a.settimeout(60); a.recv(1)",
    "waits for a child that waits": "subprocess.run([sys.executable, '-c', 'input()'])",
    "waits in two threads": "threading.Thread(target=sys.stdin.read).start(); threading.Lock().acquire(); queue.Queue().get()",
    "an event loop that waits": "async def f(): await asyncio.Event().wait()\nasyncio.run(f())",
}
SLEEPING = {
    "time.sleep": "time.sleep(60)",
    "one of two threads sleeps": "threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); sys.stdin.read()",
    "asyncio.sleep": "async def f(): await asyncio.sleep(2.2)\nwhile True: asyncio.run(f())",
    "a short poll": "p = select.poll(); p.register(0)\nwhile True: p.poll(2000)",
    "a child that sleeps": "subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])",
    "Event.wait with a time-out": "while True: threading.Event().wait(2)",
    "select with a time-out": "while True: select.select([], [], [], 2)",
    "Queue.get with a time-out": "q = queue.Queue()\nwhile True:\n  try: q.get(timeout=2)\n  except queue.Empty: pass",
}
BUSY = {
    "computes": "while True: pass",
    "a thread computes": "threading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start(); time.sleep(60)",
    "a child computes": "subprocess.run([sys.executable, '-c', 'while True: pass'])",
}


@needs_kernel
@pytest.mark.parametrize("code", WAITING.values(), ids=WAITING.keys())
def test_a_process_that_waits_is_at_rest(code: str) -> None:
    with process(code) as pid:
        rest = rest_of(pid)
    assert rest.idle == LOOKS - 1, "all but the first look, which there is nothing to compare with"


@needs_kernel
@pytest.mark.parametrize("code", SLEEPING.values(), ids=SLEEPING.keys())
def test_a_process_that_sleeps_for_a_time_is_dozing_and_not_at_rest(code: str) -> None:
    """It will run by itself again: nothing is proven by its silence."""
    with process(code) as pid:
        rest = rest_of(pid)
    assert rest.idle < 5
    assert rest.dozing >= LOOKS - 3


@needs_kernel
@pytest.mark.parametrize("code", BUSY.values(), ids=BUSY.keys())
def test_a_process_that_works_is_neither(code: str) -> None:
    with process(code) as pid:
        rest = rest_of(pid)
    assert rest.idle < 5
    assert rest.dozing <= 3


@needs_kernel
@pytest.mark.parametrize(
    ("code", "least", "most"),
    [
        ("sys.stdin.read()", None, None),
        ("import socket; a, b = socket.socketpair(); a.settimeout(60); a.recv(1)", 59.9, 60.0),
        ("threading.Event().wait(30)", 20.0, 30.0),
        ("time.sleep(30)", 0.0, 0.0),
        ("threading.Thread(target=sys.stdin.read).start(); select.select([], [], [], 9)", 8.9, 9.0),
    ],
    ids=["no limit", "a guard", "a point in time", "a sleep", "the shortest of two"],
)
def test_the_time_after_which_a_wait_ends_by_itself(code: str, least: float | None, most: float | None) -> None:
    with process(code) as pid:
        time.sleep(0.3)
        found = pulse.look(pid)
    assert found is not None
    if least is None or most is None:
        assert found.ends_in_s is None
    else:
        assert found.ends_in_s is not None
        assert least <= found.ends_in_s <= most


@needs_kernel
def test_what_a_process_has_used_of_a_processor_grows_while_it_computes_alone() -> None:
    with process("while True: pass") as pid:
        before = pulse.processor_s(pid)
        while pulse.processor_s(pid) == before:
            time.sleep(0.05)
    with process("sys.stdin.read()") as pid:
        time.sleep(0.3)
        before = pulse.processor_s(pid)
        time.sleep(0.3)
        assert pulse.processor_s(pid) == before
    assert pulse.processor_s(pid) == 0.0, "it is gone"


@needs_kernel
def test_a_process_that_wakes_up_now_and_then_is_not_at_rest() -> None:
    with process("while True: time.sleep(0.005)") as pid:
        rest = rest_of(pid, 60)
    assert rest.idle < 3


def test_a_process_that_is_gone_tells_nothing() -> None:
    run = subprocess.Popen([sys.executable, "-c", ""])
    run.wait()
    assert pulse.look(run.pid) is None


# -- counting -----------------------------------------------------------------------------------------------------------


def asleep(*switches: int, timer: bool = False) -> Look:
    return Look(True, timer, tuple(enumerate(switches)))


def counted(*looks: Look | None) -> tuple[int, int]:
    rest = Rest()
    for look in looks:
        rest.add(look)
    return rest.idle, rest.dozing


def test_rest_is_counted_from_the_second_of_two_equal_looks() -> None:
    assert counted(asleep(1)) == (0, 1)
    assert counted(asleep(1), asleep(1), asleep(1)) == (2, 3)


def test_a_switch_between_two_looks_starts_the_count_again() -> None:
    assert counted(asleep(1), asleep(1), asleep(2), asleep(2)) == (1, 4)
    assert counted(asleep(1), asleep(1), asleep(1, 1)) == (0, 3), "a new thread"


def test_a_look_that_found_it_running_starts_the_count_again() -> None:
    assert counted(asleep(1), asleep(1), Look(False, False, ((0, 1),)), asleep(1)) == (1, 3)


def test_a_timer_is_dozing_only() -> None:
    assert counted(*[asleep(1, timer=True)] * 4) == (0, 4)


def test_where_nothing_is_told_each_look_counts_for_both() -> None:
    assert counted(None, None, None) == (3, 3)


def test_rest_is_dated_from_the_first_of_the_looks_that_found_it_unchanged() -> None:
    rest, before = Rest(), []
    for look in (asleep(1), asleep(2), asleep(2), asleep(2)):
        before.append(time.monotonic())
        rest.add(look)
    assert before[1] <= rest.since <= before[2]


def test_where_nothing_is_told_rest_is_dated_from_the_last_look() -> None:
    rest = Rest()
    rest.add(None)
    before = time.monotonic()
    rest.add(None)
    assert rest.since >= before
