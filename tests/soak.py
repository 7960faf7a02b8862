"""The long run: `make soak`.

All right submissions under many seeds; then all of the corpus again and again while every core is kept busy by other
processes: each time the same verdict and the same diagnosis. `python -m tests.soak [--seeds N] [--rounds N] [-k TEXT]`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from grader.session import Session
from tests import corpus
from tests.corpus import Case
from tests.load import busy_cores


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=50)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("-k", default="", help="only submissions whose name holds this text")
    wanted = options.parse_args()
    right = [case for case in corpus.right() if wanted.k in case.name]
    everything = [*right, *(case for case in corpus.wrong() if wanted.k in case.name)]
    with Session(["requests", "urllib", "openai", "pydantic"]) as session:
        bad = _grade(session, ((case, seed) for seed in range(1000, 1000 + wanted.seeds) for case in right), "seeds")
        with busy_cores(per_core=1):
            rounds = ((case, 9000 + number) for number in range(wanted.rounds) for case in everything)
            bad += _grade(session, rounds, "busy cores")
    print("all verdicts right" if not bad else f"{bad} wrong verdicts")
    return 1 if bad else 0


def _grade(session: Session, work: Iterable[tuple[Case, int]], title: str) -> int:
    bad = count = 0
    with ThreadPoolExecutor(6) as pool:  # most of a wrong grading is patience
        for case, seed, report in pool.map(lambda w: (*w, corpus.graded(session, *w)), work):
            count += 1
            if not corpus.verdict_is_right(case, report):
                bad += 1
                print(f"\n{case.name} with seed {seed}: {corpus.told(report)}")
            if count % 50 == 0:
                print(f"\r{title}: {count} gradings, {bad} wrong", end="", flush=True)
    print(f"\r{title}: {count} gradings, {bad} wrong")
    return bad


if __name__ == "__main__":
    sys.exit(main())
