"""The rules that need gradings: what is spoiled is told, with the seed and the command that shows it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from begun import CHECKS, FIXTURES, FOLDER, ID, SOLUTION, STUB, SUBMISSIONS, Spoil, append, both, in_stub, move, replace

from grader.authoring.gradings import Gradings
from grader.authoring.jobs import Job, run_all
from grader.authoring.lint import problem_of
from grader.authoring.mutants.equivalent import entry_for
from grader.authoring.subject import Subject
from grader.authoring.survivors import RULE, Mutation
from grader.challenge import Kit
from grader.errors import GraderFault, Stopped
from grader.session import Session, Stop

WRONG, RIGHT = f"{SUBMISSIONS}/wrong", f"{SUBMISSIONS}/right"
SAME_FOR_ALL = 'data: {"choices":[{"delta":{"content":"?!"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
ONE_JOB = {  # the first job of that rule is enough
    "stub-is-not-started": lambda gradings: gradings.of_solution_and_stub(1),
    "same-seed-same-bytes": lambda gradings: gradings.of_solution_and_stub(1),
    "solution-passes": lambda gradings: gradings.of_solution_and_stub(1),
    "right-submissions-pass": lambda gradings: gradings.of_submissions(),
    "wrong-submissions-are-told-their-id": lambda gradings: gradings.of_submissions(),
}


def found(kit: Kit, session: Session, rule: str, only: str = "") -> list[str]:
    jobs = [
        job
        for job in ONE_JOB[rule](Gradings(Subject(kit, ID), session, Stop()))
        if job.rule == rule and only in job.label
    ]
    assert jobs
    return told(kit, jobs)


def told(kit: Kit, jobs: Iterable[Job]) -> list[str]:
    return [problem_of(job.rule, ID, slip, kit).message for job in jobs for slip in job.slips()]


@pytest.mark.parametrize("rule", ONE_JOB)
def test_a_challenge_that_was_just_begun_keeps_all_of_them(kit: Kit, session: Session, rule: str) -> None:
    assert found(kit, session, rule) == []


TABLE: list[tuple[str, str, Spoil, list[str]]] = [
    ("stub-is-not-started", "", in_stub("raise NotImplementedError", "return 'x'"),
     [f"{STUB} is told `no-request`, and a stub that nobody has touched is to be told `not-started`. Let the first check ask "
      "for what only a filled-in function can do."]),
    ("stub-is-not-started", "", replace(CHECKS, "@check(points=2)\ndef asks", "@check(points=1)\ndef is_there(lab: Lab) -> None:\n    \"\"\"is there\"\"\"\n\n\n@check(points=2)\ndef asks"),
     [f"{STUB} gets points for `is-there`. Put it behind a check that a stub fails."]),
    ("solution-passes", "", replace(SOLUTION, "text.split()[-1]", "'x'"),
     [f"{SOLUTION} fails with seed 1: `returns-the-last-word` wants picture, and saw x (`wrong-text`). Mend it, or the "
      f"check. See it with: grader grade 10 --file {SOLUTION} --seed 1"]),
    ("solution-passes", "", replace(CHECKS, "text.split()[-1]", "text.split()[99]"),
     [f"{CHECKS} holds a mistake: check `returns-the-last-word` raised IndexError in line 13 (list index out of range), tried on "
      f"{SOLUTION}. Mend it: a check raises only what Run raises."]),
    ("same-seed-same-bytes", "",
     replace(CHECKS, "cut=cut.several_events_a_read", "cut=lambda parts, rng: cut.several_events_a_read(parts, __import__('random').Random())"),
     [f"{CHECKS} plays `several-events` in two ways with one seed. Let the seed decide what is random: a cut gets a generator."]),
    ("same-seed-same-bytes", "",
     both(lambda kit: (kit.root / FIXTURES / "plain.sse").write_text(SAME_FOR_ALL), replace(f"{FIXTURES}/plain.toml", 'finish = ["stop", "length"]', "")),
     [f"{CHECKS} plays the same bytes whatever the seed, so a hard-coded answer passes. Use another fixture."]),
    ("right-submissions-pass", "not-flushed", move(f"{WRONG}/not-flushed--plain-print.py", f"{RIGHT}/not-flushed--plain-print.py"),
     [f"{RIGHT}/not-flushed--plain-print.py fails with seed 1: `prints-each-piece-as-it-arrives` wants 'PIECE' on the screen before "
      "the server sends more, and saw the server waited, and it did not come (`not-flushed`). Mend it, or the check. See it "
      f"with: grader grade 10 --file {RIGHT}/not-flushed--plain-print.py --seed 1"]),
    ("wrong-submissions-are-told-their-id", "by_hand", move(f"{RIGHT}/by_hand.py", f"{WRONG}/silent--by_hand.py"),
     [f"{WRONG}/silent--by_hand.py passes all checks. Add a check that it fails, or move it to right/."]),
    ("wrong-submissions-are-told-their-id", "silent", move(f"{WRONG}/not-flushed--plain-print.py", f"{WRONG}/silent--x.py"),
     [f"{WRONG}/silent--x.py is told `not-flushed` (the piece was written, and had not left the process), not `silent`. Mend the "
      f"tables, or rename it. See it with: grader grade 10 --file {WRONG}/silent--x.py --seed 1"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "only", "spoil", "messages"), TABLE, ids=[f"{row[0]}-{i}" for i, row in enumerate(TABLE)]
)
def test_what_is_spoiled_is_told(
    kit: Kit, session: Session, rule: str, only: str, spoil: Spoil, messages: list[str]
) -> None:
    spoil(kit)
    said = found(kit, session, rule, only)
    if "PIECE" in messages[0]:
        start, end = messages[0].split("PIECE")
        assert said[0].startswith(start)
        assert said[0].endswith(end)
        return
    assert said == messages


def test_every_rule_has_its_test(kit: Kit, session: Session) -> None:
    gradings = Gradings(Subject(kit, ID), session, Stop())
    rules = {job.rule for job in [*gradings.of_solution_and_stub(1), *gradings.of_submissions()]}
    assert rules == set(ONE_JOB) == {rule for rule, _, _, _ in TABLE}


def test_the_solution_is_tried_under_as_many_seeds_as_wanted(kit: Kit, session: Session) -> None:
    jobs = Gradings(Subject(kit, ID), session, Stop()).of_solution_and_stub(7)
    assert sum(job.rule == "solution-passes" for job in jobs) == 7


# -- mutants -------------------------------------------------------------------------------------------------------


def mutation_of(kit: Kit, session: Session, *words: str) -> Mutation:
    """Graded, of the mutants whose description holds one of these words."""
    subject = Subject(kit, ID)
    mutation = Mutation.of(subject)
    mutation.all = [m for m in mutation.all if any(word in str(m) or word == m.operator for word in words)]
    for job in mutation.jobs(Gradings(subject, session, Stop())):
        assert job.slips() == []
    return mutation


def test_no_mutant_of_a_challenge_that_was_just_begun_survives(kit: Kit, session: Session) -> None:
    """Those in time and of guards, here; the whole is tried by the test of the command."""
    mutation = mutation_of(kit, session, "reads-all-first", "shows-later", "guard", "operand")
    assert len(mutation.all) >= 6
    assert (mutation.survivors, list(mutation.slips())) == ([], [])


DEAD = replace(SOLUTION, '    text = ""\n', '    text = ""\n    unused = 41\n')
LINE = f"{SOLUTION}:11 passes all checks when `41` becomes `42` (constant). Add a check that fails then, or make the line simpler. If"


def test_a_mutant_that_passes_is_told_with_what_to_put_into_the_file(kit: Kit, session: Session) -> None:
    DEAD(kit)
    mutation = mutation_of(kit, session, "`41` becomes `42`", "reads-all-first")
    (message,) = [problem_of(RULE, ID, slip, kit).message for slip in mutation.slips()]
    assert message == (
        f"{LINE} it is as right as before, say why in {FOLDER}/equivalent.toml:\n"
        "[[mutant]]\noperator = 'constant'\nline = 'unused = 41'\nwas = '41'\nnow = '42'\nreason = ''"
    )
    append(
        f"{FOLDER}/equivalent.toml",
        entry_for(mutation.survivors[0]).replace("reason = ''", "reason = 'nobody reads it'"),
    )(kit)
    mutation = mutation_of(kit, session, "`41` becomes `42`")
    assert (list(mutation.slips()), mutation.equivalent) == ([], 1)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("for chunk in stream:", "a check finds it out now"),
        ("for chunk in other:", "the solution has no such mutant any more"),
    ],
)
def test_an_entry_that_is_out_of_date_is_told(kit: Kit, session: Session, line: str, why: str) -> None:
    entry = f"[[mutant]]\noperator = 'reads-all-first'\nline = '{line}'\nwas = 'stream'\nnow = 'list(stream)'\nreason = 'so'\n"
    append(f"{FOLDER}/equivalent.toml", entry)(kit)
    mutation = mutation_of(kit, session, "reads-all-first")
    (message,) = [problem_of(RULE, ID, slip, kit).message for slip in mutation.slips()]
    where = f"{FOLDER}/equivalent.toml"
    assert message == f"{where} has an entry for `{line}` (reads-all-first: `stream`), and {why}. Remove the entry."


# -- side by side --------------------------------------------------------------------------------------------------


def jobs_that(*does) -> list[Job]:
    return [Job("rule", Subject(Kit(path), ID), f"job {i}", run) for i, (path, run) in enumerate(does)]


def test_results_come_in_the_order_of_the_jobs_and_progress_is_told(kit: Kit) -> None:
    doing: list[str] = []
    jobs = jobs_that(*((kit.root, lambda: iter(())) for _ in range(5)))
    assert [job.label for job, _ in run_all(jobs, 3, Stop(), doing.append)] == [f"job {i}" for i in range(5)]
    assert doing[-1].startswith("5 of 5 gradings · job ")


@pytest.mark.parametrize("error", [GraderFault("broken"), KeyboardInterrupt()])
def test_a_fault_ends_the_gradings_under_way(kit: Kit, session: Session, error: BaseException) -> None:
    """It is nobody's slip."""
    stop = Stop()

    def fails():
        raise error
        yield

    replace(SOLUTION, "    text = ", "    import time; time.sleep(3)\n    text = ")(kit)
    gradings = Gradings(Subject(kit, ID), session, stop)
    slow = next(job for job in gradings.of_solution_and_stub(1) if job.rule == "solution-passes")
    with pytest.raises(type(error)):
        list(run_all([slow, *jobs_that((kit.root, fails))], 2, stop, lambda _: None))
    with pytest.raises(Stopped):
        gradings.verdict(Subject(kit, ID).challenge.submission())
