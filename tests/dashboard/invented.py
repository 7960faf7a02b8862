"""Classes by chance, for holding what pages ask of the store against the statistics of `grader.classroom.stats`."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import timedelta

from grader.classroom.model import PROVENANCE, Handed, Student
from grader.classroom.store.graded import Graded
from grader.classroom.store.store import Store
from tests.classroom.made import report
from tests.dashboard.classes import NOON

IDS = ("01-inspect-a-chunk", "02-prove-include-usage", "03-stream-then-validate")
TOLD = ("buffers-body", "not-flushed", "no-stream-flag", "of-no-kit")


def invented(store: Store, seed: int, students: int = 24) -> list[Student]:
    """Two sections and some in none; stubs and faults of ours among the attempts; all in the forty days before NOON."""
    chance = random.Random(seed)
    found = [
        Student(f"s{n:02}", chance.choice(["", f"Name {n % 7}"]), f"s{n}@x.example", chance.choice(["A", "B", ""]))
        for n in range(students)
    ]
    store.enroll(found)
    made = [one for student in found for challenge in IDS for one in _tries(chance, student.id, challenge)]
    store.hand_in([one for one, _ in made])
    sitting = store.begin("grade", policy="p", kit="k", who="tess")
    store.record_all(sitting, [graded for _, graded in made])
    return found


def _tries(chance: random.Random, student: str, challenge: str) -> list[tuple[Handed, Graded]]:
    if chance.random() < 0.2:
        return []
    made, told = [], chance.choice(TOLD)
    at = NOON - timedelta(days=chance.uniform(1, 40))
    for number in range(chance.randint(1, 6)):
        if chance.random() < 0.3:
            told = chance.choice(TOLD)
        at = min(NOON, at + timedelta(hours=chance.expovariate(1 / 9)))
        status = chance.choices(["pass", "fail", "error", "not-started"], [3, 6, 1, 1])[0]
        points = 5 if status == "pass" else chance.choice([2, 2.5, 3, 4])
        diagnosis = {"fail": told, "not-started": "not-started"}.get(status)
        one = Handed(student, challenge, "x.py", f"{student} {challenge} {number}".encode(), at, "sub")
        text = json.loads(
            report(one, points, status=status if status == "error" else "", diagnosis=diagnosis).to_json()
        )
        text["challenges"][0]["hints"] = chance.choice([None, 0, 1, 3])
        graded = Graded(student, challenge, one.sha256, "k", "p", 0, json.dumps(text), chance.choice(PROVENANCE))
        made.append((one, graded))
        if status == "pass" and chance.random() < 0.7:
            break
    return made


def of_section(students: Sequence[Student], section: str) -> list[Student]:
    return [student for student in students if not section or student.section == section]
