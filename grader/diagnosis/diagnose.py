"""From a finding to its root cause: the families' tables, in the order of the chain of events."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.diagnosis import reading, requests, showing, usage, validating
from grader.diagnosis.evidence import Case, Rule
from grader.errors import GraderFault

_TEXTS_FILE = Path(__file__).with_name("misconceptions.toml")


@dataclass(frozen=True)
class Misconception:
    """What a learner is told: one sentence, three hints (nudge, concept, pointer), where the lesson explains it."""

    id: str
    family: str
    says: str
    hints: tuple[str, ...]
    lesson: str


@dataclass(frozen=True)
class Diagnosis:
    id: str
    because: str  # the evidence, in words
    line: int | None = None  # of the learner's file, where one can be pointed at
    source: str = ""


@cache
def misconceptions() -> dict[str, Misconception]:
    table = tomllib.loads(_TEXTS_FILE.read_text("utf-8"))
    return {
        id: Misconception(id, entry["family"], entry["says"], tuple(entry["hints"]), entry["lesson"])
        for id, entry in table.items()
    }


ENDINGS = (
    Rule("exits", "the process ended before the function had returned",
         lambda c: c.record.outcome.kind in ("exited", "silent")),
    Rule("killed", "it was stopped", lambda c: c.record.outcome.kind == "killed" or c.is_a("MemoryError")),
    Rule("ignores-done", "after [DONE] it waited for the server to close",
         lambda c: c.record.outcome.kind in ("stuck", "slow") and c.record.scenario.stays_open),
    Rule("timed-out", "it did not come back", lambda c: c.record.outcome.kind in ("stuck", "slow")),
    Rule("crashed", "an exception that no rule explains", lambda c: True),
)  # fmt: skip

_VALUES = {
    "text": reading.TEXTS,
    "deltas": reading.DELTAS,
    "finish_reason": reading.FINISH,
    "usage": usage.USAGE,
    "recipe": (*validating.CONSTANT, *reading.TEXTS, *validating.RECIPE),
}


def rules_for(case: Case) -> tuple[Rule, ...]:
    """The rules that are tried for a finding, in order."""
    if case.symptom == "start":
        return requests.START
    if case.symptom == "requests":
        return (*requests.START, *requests.REQUESTS)
    if case.symptom == "arrival":
        kept_up = case.record.timeline.first("missed") is None  # then what was not shown was not read, either
        return (*(reading.TEXTS if kept_up else ()), *showing.SHOWING)
    if case.symptom == "value":
        return _VALUES.get(case.field, ())
    if case.symptom == "too-early":
        return validating.EARLY
    if case.symptom == "accepted":
        return validating.ACCEPTED
    if case.symptom == "refusal":
        return (*reading.EXCEPTIONS, *validating.REFUSALS)
    if case.symptom == "ending" and case.record.outcome.kind == "raised":
        return (*reading.EXCEPTIONS, *validating.REFUSED, *_texts_of_a_refusal(case), *ENDINGS)
    return ENDINGS


def _texts_of_a_refusal(case: Case) -> tuple[Rule, ...]:
    """A validation that refuses the text says nothing; the text that it was given does."""
    return reading.TEXTS if case.is_a("ValueError") else ()


GENERAL = {"arrival": "silent", "requests": "crashed", "waits": "ignores-done", "type": "wrong-return-type"}


def diagnose(case: Case, known: str = "") -> Diagnosis:
    """The root cause: the check's own word (`known`), or the first rule that holds, or the general id."""
    line, source = _where(case)
    if known:
        return Diagnosis(known, "", line, source)
    for rule in rules_for(case):
        if _holds(rule, case):
            return Diagnosis(rule.id, rule.because, line, source)
    return Diagnosis(GENERAL.get(case.symptom, "wrong-text"), "", line, source)


def _holds(rule: Rule, case: Case) -> bool:
    """A rule that stumbles over what a submission did decides nothing; the verdict does not rest on it."""
    try:
        return rule.holds(case)
    except GraderFault:
        raise
    except Exception:
        return False


def _where(case: Case) -> tuple[int | None, str]:
    if case.record.outcome.kind == "syntax":
        return case.error.get("line"), str(case.error.get("text", "")).strip()
    if case.record.outcome.kind in ("raised", "stuck", "slow") and (line := case.innermost.get("line")):
        lines = case.source.decode("utf-8", "replace").splitlines()
        return line, lines[line - 1].strip()[:200] if 0 < line <= len(lines) else ""
    return None, ""
