"""The same verdict on a busy machine, and twice: a short form of what `make soak` does with the whole corpus."""

import pytest

from grader.session import Session
from tests import breadth, corpus
from tests.corpus import Case
from tests.load import busy_cores

DELICATE = (  # those whose verdict would be the first to depend on a clock
    "right/look_ahead",
    "right/typewriter",
    "right/thread",
    "right/async",
    "wrong/not-flushed--",
    "wrong/shows-at-end--",
    "wrong/buffers-body--printed-slowly",
    "wrong/ignores-done--",
    "wrong/lags-behind--",
    "wrong/stops-before-usage--",
    "wrong/validates-each-piece--",
)


def delicate() -> list[Case]:
    chosen = []
    for start in breadth.some(4, DELICATE):
        fits = [
            c for c in [*corpus.right(), *corpus.wrong()] if f"{c.path.parent.name}/{c.path.stem}".startswith(start)
        ]
        chosen += fits[: 2 if breadth.WHOLE else 1]
    return chosen


def test_busy_cores_change_no_verdict(session: Session) -> None:
    cases = delicate()
    assert len(cases) >= (14 if breadth.WHOLE else 3)
    with busy_cores():
        wrong = [
            f"{case.name}: {corpus.told(report)}"
            for case in cases
            if not corpus.verdict_is_right(case, report := corpus.graded(session, case, seed=5))
        ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("challenge", breadth.each(8, corpus.challenges().values()), ids=lambda challenge: challenge.id)
def test_the_same_seed_replays_the_same_bytes(session: Session, challenge) -> None:
    case = Case(challenge.id, challenge.solution, None)
    first, second = (_writes(corpus.graded(session, case, seed=6)) for _ in range(2))
    other = _writes(corpus.graded(session, case, seed=7))
    # Where time decides, a check may play a scenario again with more patience.
    assert {_scenario(run) for run in first} == {_scenario(run) for run in second}
    for run in first.keys() & second.keys():  # who leaves early may leave a write sooner or later
        short, long = sorted((first[run], second[run]), key=len)
        assert long[: len(short)] == short, run
    assert first != other


def _writes(report) -> dict[str, list[str]]:
    return {
        run.id: [entry.get("text") for entry in run.timeline["events"] if entry["kind"] in ("write", "read")]
        for run in report.runs
    }


def _scenario(run: str) -> str:
    return run.partition("(")[0]
