"""The verdict is sacred: every right submission passes, every wrong one fails with its root cause."""

from pathlib import Path

import pytest

from grader.diagnosis.misconceptions import misconceptions
from grader.session import Session
from tests import breadth, corpus
from tests.corpus import Case

SEEDS = (11, 222) if breadth.CORPUS else (11,)  # `make lint` and `make soak` do still more


@pytest.mark.parametrize("case", breadth.all_words(corpus.made_with, corpus.right()), ids=lambda case: case.name)
def test_right_submissions_pass_with_full_points(session: Session, case: Case) -> None:
    for seed in SEEDS:
        report = corpus.graded(session, case, seed)
        assert corpus.verdict_is_right(case, report), f"seed {seed}: {corpus.told(report)}"


@pytest.mark.parametrize(
    "case",
    breadth.one_of_each(lambda case: case.diagnosis, corpus.wrong() if breadth.CORPUS else corpus.one_of_each()),
    ids=lambda case: case.name,
)
def test_wrong_submissions_fail_with_their_root_cause(session: Session, case: Case) -> None:
    report = corpus.root_cause(session, case, seed=44)
    assert corpus.verdict_is_right(case, report), corpus.told(report)


@pytest.mark.parametrize("challenge", corpus.challenges().values(), ids=lambda challenge: challenge.id)
def test_the_untouched_stub_is_not_started_and_gets_no_points(session: Session, challenge) -> None:
    report = corpus.graded(session, Case(challenge.id, challenge.folder / ".stub.py", None), seed=1)
    assert (report.status, report.diagnosis, report.points) == ("not-started", "not-started", 0)


@pytest.mark.parametrize("challenge", corpus.challenges().values(), ids=lambda challenge: challenge.id)
def test_the_learners_file_is_handed_out_as_the_stub(challenge) -> None:
    assert challenge.file.read_bytes() == (challenge.folder / ".stub.py").read_bytes()


def test_each_challenge_has_many_right_styles_and_every_wrong_id_has_its_words() -> None:
    for id in corpus.challenges():
        assert sum(case.challenge == id for case in corpus.right()) >= 11
    unknown = {case.diagnosis for case in corpus.wrong()} - set(misconceptions())
    assert unknown == set()


def test_no_submission_of_the_corpus_mentions_the_grader() -> None:
    """They are learners' code: judged by what they do, not made to fit."""
    for case in [*corpus.right(), *corpus.wrong()]:
        if case.path.is_relative_to(Path(corpus.SUBMISSIONS)):
            assert b"import grader" not in case.path.read_bytes(), case.path
