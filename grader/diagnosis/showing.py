"""Family: showing each piece as it arrives. Told apart by what the program did while the server waited for it."""

from __future__ import annotations

import ast
from dataclasses import replace

from grader.diagnosis import experiments
from grader.diagnosis.evidence import Case, evidence
from grader.replay.seen import Screen
from grader.running import Record
from grader.timeline import Moment


def _first_miss(record: Record) -> Moment | None:
    return record.timeline.first("missed")


@evidence("the server waited in vain")
def waited_in_vain(case: Case) -> bool:
    """A piece was not on stdout when the program rested, though its event had been sent."""
    return _first_miss(case.record) is not None


@evidence("the server never waited in vain")
def never_waited_in_vain(case: Case) -> bool:
    """Whatever the program had read, it had shown in time."""
    return not waited_in_vain(case)


@evidence("its stdout does not hold the pieces")
def never_shown(case: Case) -> bool:
    """Not even the first two pieces that can be seen are on stdout when all is over."""
    visible = [i for i, piece in enumerate(case.reply.pieces) if piece.strip()]
    return not visible or case.shown <= visible[min(1, len(visible) - 1)]


@evidence("the piece was written, and had not left the process")
def written_but_not_out(case: Case) -> bool:
    """The pieces that the server waited for had been written, and were still inside the process."""
    miss = _first_miss(case.record)
    if miss is None:
        return False
    wrote = "".join(n["text"] for n in case.notes("wrote") if n.at < miss.at)
    return Screen(case.reply.pieces).feed(wrote.encode("utf-8", "replace")) >= int(miss["events"])


@evidence("it was kept in a stream of the program's own")
def kept_in_own_stream(case: Case) -> bool:
    """The closer look: a stream was made over stdout, and with it flushed after each line all pieces are out in time."""
    return bool(case.notes("own-stream", case.closer)) and never_waited_in_vain(replace(case, record=case.closer))


@evidence("pieces came out before the end of the stream")
def some_came_in_time(case: Case) -> bool:
    """In spite of a miss, pieces did come out before the end. Experiment: a slow stream, whose end is kept back.

    Slow, because some refresh the screen now and then only: they show something of a stream that lasts.
    """
    misses = list(case.record.timeline.of("missed"))
    if misses and _shown_before(case.record, misses[-1].at):
        return True
    record = case.again("slow", hold=False, play=experiments.slowly)
    waited = record.timeline.first("unlinger")
    return waited is not None and waited["why"] == "idle" and _shown_before(record, waited.at)


def _shown_before(record: Record, at: float) -> bool:
    """Was a piece that can be seen on stdout before that moment?"""
    out = b"".join(m["data"] for m in record.timeline.of("stdout") if m.at < at)
    visible = next((i for i, piece in enumerate(record.reply.pieces) if piece.strip()), 0)
    return Screen(record.reply.pieces).feed(out) > visible


@evidence("an HTTP client was told, or left, to read the whole body")
def asked_for_all_at_once(case: Case) -> bool:
    """A call of requests without `stream=True`, or one that takes the whole body, was noted."""
    return any(not n["stream"] for n in case.notes("requests")) or bool(case.notes("whole-body"))


@evidence("its own lines ran for each event")
def works_on_each_read(case: Case) -> bool:
    """The closer look: between a further event and the next, more than one statement of the learner's file ran.

    `list(stream)`, or a comprehension that gathers it, is one statement: it reads the whole before anything is done.
    """
    record = case.closer
    miss = _first_miss(record)
    if miss is None:
        return False
    later = [m for m in record.timeline.moments if m.at > miss.at]
    sent = next((m for m in later if m.kind == "write"), None)
    end = next((m for m in later if sent and m.at > sent.at and m.kind in ("missed", "outcome")), None)
    if sent is None:
        return False
    ran = {n["line"] for n in case.notes("line", record) if sent.at < n.at and (end is None or n.at < end.at)}
    standing = statements(case.source)
    return len(set().union(*(standing.get(line, {(line, line)}) for line in ran))) > 1


def statements(source: bytes) -> dict[int, set[tuple[int, int]]]:
    """Which statements stand on each line; of a compound one, its head."""
    found: dict[int, set[tuple[int, int]]] = {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # Python reads less deep here than where it ran
        return {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno or node.lineno
            for line in range(node.lineno, max(end, node.lineno) + 1):
                found.setdefault(line, set()).add((node.lineno, node.col_offset))
    return found


@evidence("another stream gives the same answer")
def another_streams_text(case: Case) -> bool:
    """Experiment: a stream with another text. Is the answer the same, and no part of either?"""
    value = case.record.outcome.value
    record = case.again("other-salt")
    return _says_something(value) and record.outcome.value == value and record.reply.text != case.reply.text


def _says_something(value: object) -> bool:
    if isinstance(value, dict):
        return any(_says_something(item) for item in value.values())
    if isinstance(value, list):
        return any(_says_something(item) for item in value)
    return isinstance(value, str) and len(value) > 3 and value not in ("stop", "length", "tuple", "model", "object")
