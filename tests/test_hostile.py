"""No program gets away with it: none of the corpus passes, outlives its limits, leaves anything, or disturbs another.

`tests/submissions/hostile/NN-ID--WHAT.py` is a submission for challenge NN, and ID is what it is told; `refused` are
files that are not graded at all. They are graded side by side, in one session; those that only a limit ends, under smaller limits than usual.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.errors import UsageError
from grader.grading import Grading, Work
from grader.jail import landlock, privileges, seccomp
from grader.jail.launch import at_most
from grader.jail.spec import Limits
from grader.jail.tiers import CONFINED, LIMITED, SEPARATE
from grader.report import ChallengeReport
from grader.session import Session
from tests import breadth, corpus
from tests.corpus import ROOT, SUBMISSIONS, Case
from tests.jail.test_confinement import as_somebody
from tests.jail.test_runs import until

FEW = os.environ.get("HOSTILE") == "few"  # of the files, those that another user could harm, and some others
NTH = 9  # of the others, and without breadth of all
HAS = sys.platform == "linux" and landlock.version() >= landlock.TCP_SINCE and seccomp.HERE is not None
LIMITS = Limits(cpu_s=2, wall_s=5.0, whole_s=8.0, doze_s=2.0, memory=400 * 1024**2)
LATER_S = 2.0  # by which a run may outlive its limit
LONG = ("timed-out--", "memory")  # in the names of those that only a limit of time or memory ends
BATCHES = ("long", "some", "others")
LIBRARIES = ["requests", "urllib", "openai", "pydantic"]
LEFT_BY_NAME = ("hostile-was-here", "hostile-unpickled", "usercustomize.py", "sitecustomize.py")
ONLY_FOR_USERS = ("remembers", "parent", "threads", "nobody-may-look", "processes", "kills", "memory", "daemon")

confined = pytest.mark.skipif(not HAS, reason="needs Landlock 4 and seccomp")


def files() -> list[Path]:
    found = sorted((SUBMISSIONS / "hostile").glob("*.py"))
    return [
        path
        for i, path in enumerate(found)
        if i % NTH == 0 or (breadth.WHOLE and not FEW) or (FEW and any(w in path.stem for w in ONLY_FOR_USERS))
    ]


def batch_of(path: Path, number: int) -> str:
    return BATCHES[0] if any(word in path.stem for word in LONG) else BATCHES[1 + number % 2]


def challenge_of(path: Path) -> str:
    return next(id for id in corpus.challenges() if id.startswith(path.stem[:3]))


@dataclass
class Graded:
    path: Path
    report: ChallengeReport
    late_s: float  # by which the longest of its runs went beyond what it may take

    @property
    def wrong(self) -> str:
        """What is wrong with how it was graded; "" where all is well."""
        wanted = self.path.stem[3:].partition("--")[0]
        if self.report.status == "pass" or self.report.points == self.report.max_points:
            return "it passed"
        if self.report.diagnosis != wanted or any(check.status == "error" for check in self.report.checks):
            return corpus.told(self.report)
        if self.late_s > LATER_S:
            return f"a run of it ended {self.late_s:.1f} s after its time"
        return "" if _is_harmless(self.report.model_dump()) else "its report holds what acts on a terminal"


def _is_harmless(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_harmless(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_harmless(item) for item in value)
    return not isinstance(value, str) or value.replace("\n", "").isprintable()


def graded(session: Session, path: Path, limits: Limits) -> Graded:
    """Up to the first check that does not hold."""
    challenge = corpus.challenges()[challenge_of(path)]
    grading = Grading(session, Work(challenge, challenge.submission(path)), seed=44)
    for number in range(len(grading.checks)):
        if grading.up_to(number).status in ("fail", "error"):
            break
    ends = [moment.at for record in grading._lab.records for moment in record.timeline.of("outcome")]
    return Graded(path, grading.report(), max(ends, default=0.0) - limits.whole_s)


@pytest.fixture
def own_folder(tmp_path: Path) -> Iterator[Path]:
    """Runs lie in it."""
    before, tempfile.tempdir = tempfile.tempdir, str(tmp_path)
    tmp_path.chmod(0o711)
    for folder in list(tmp_path.parents)[:3]:
        if folder.stat().st_uid == os.geteuid() and "pytest" in folder.name:
            folder.chmod(folder.stat().st_mode | 0o111)  # runs are users of their own
    yield tmp_path
    tempfile.tempdir = before


def parent_of(session: Session) -> int:
    jail: Any = session._cells[0].jail
    return int(jail._parent.process.pid)


def children_of(pid: int) -> list[str]:
    return [child for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]


def ports() -> set[str]:
    """The sockets of this process that listen."""
    own = {str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {fields[1] for fields in lines if fields[3] == "0A" and f"socket:[{fields[9]}]" in own}


def left_in_common_places() -> list[str]:
    """What a run has put where everybody may write."""
    found = []
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue"):
        for entry in Path(folder).iterdir() if Path(folder).is_dir() else ():
            with suppress(FileNotFoundError):  # of another test, and gone
                user = entry.lstat().st_uid
                of_a_run = privileges._FIRST <= user < privileges._FIRST + privileges._COUNT
                found += [str(entry)] if of_a_run or entry.name in LEFT_BY_NAME else []
    return found


def marks(parent: int) -> list[Any]:
    """What a run could have written down beside the files and processes of the user that it runs as."""
    looked_at = [sys.executable, sys.prefix + "/pyvenv.cfg", sys.modules["grader"].__file__, landlock.__file__]
    there = [Path(path).stat() for path in looked_at if path and Path(path).exists()]
    files = [(s.st_mode, s.st_uid, s.st_mtime, s.st_size) for s in there]
    return [files, os.getpriority(os.PRIO_PROCESS, parent), os.sched_getaffinity(parent), os.sched_getscheduler(parent)]


@confined
@pytest.mark.parametrize("batch", BATCHES)
def test_no_program_gets_away_with_it(batch: str, own_folder: Path) -> None:
    found = [path for path in files() if "refused" not in path.stem]
    chosen = [path for number, path in enumerate(found) if batch_of(path, number) == batch]
    limits = LIMITS if batch == "long" else Limits()
    listening = ports()
    with Session(LIBRARIES, limits=limits) as session:
        session.ready()
        assert session.confinement().tier == CONFINED
        parent = parent_of(session)
        before = marks(parent)
        with ThreadPoolExecutor(6) as side_by_side:
            gradings = list(side_by_side.map(lambda path: graded(session, path, limits), chosen))
        wrong = {grading.path.name: grading.wrong for grading in gradings if grading.wrong}
        assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong.items())
        assert parent_of(session) == parent, "the parent has been ended"
        assert until(lambda: not children_of(parent)), "a process is left"
        assert marks(parent) == before
        right = Case("01-inspect-a-chunk", corpus.challenges()["01-inspect-a-chunk"].solution, None)
        report = corpus.graded(session, right, seed=45)
        assert corpus.verdict_is_right(right, report), corpus.told(report)
    assert ports() == listening, "a port is left"
    assert list(own_folder.iterdir()) == [], "a file is left"
    assert left_in_common_places() == []


def test_what_is_no_python_is_refused_in_words() -> None:
    refused = [path for path in sorted((SUBMISSIONS / "hostile").glob("*.py")) if "refused" in path.stem]
    assert len(refused) >= 3
    for path in refused:
        with pytest.raises(UsageError, match=path.name):
            corpus.challenges()[challenge_of(path)].submission(path)


def test_the_corpus_is_large_and_its_ids_are_known() -> None:
    from grader.diagnosis.misconceptions import misconceptions

    found = sorted((SUBMISSIONS / "hostile").glob("*.py"))
    assert len(found) >= 120
    assert {path.stem[3:].partition("--")[0] for path in found} - {"refused"} <= set(misconceptions())


@confined
@breadth.mark
@pytest.mark.skipif(FEW, reason="it is this test that asks for it")
def test_an_ordinary_user_is_as_safe(tmp_path: Path) -> None:
    """All of it once more, as somebody who owns the judge's processes and files as well as the run's."""
    command = as_somebody(sys.executable, "-m", "pytest", "tests/test_hostile.py", "-q", "-k", "gets_away")
    with tempfile.TemporaryDirectory(prefix="somebody-") as home:
        Path(home).chmod(stat.S_IRWXU)
        os.chown(home, 1234, 1234)
        env = {**os.environ, "TMPDIR": home, "HOME": home, "HOSTILE": "" if breadth.CORPUS else "few"}
        options = ["-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={home}/pytest"]
        said = subprocess.run([*command, *options], cwd=ROOT, env=env, capture_output=True, text=True)
        assert said.returncode == 0, said.stdout[-5000:] + said.stderr[-2000:]
        assert f"{len(BATCHES)} passed" in said.stdout


# -- and those that mean no harm -----------------------------------------------------------------------------------------


@pytest.mark.skipif(FEW, reason="has nothing to do with who is asking")
@pytest.mark.parametrize("tier", [LIMITED, SEPARATE])
def test_right_programs_pass_in_weaker_tiers(tier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_ISOLATION", tier)
    assert at_most() == tier
    one_each = breadth.some(3, {case.challenge: case for case in corpus.right()}.values())
    chosen = corpus.right() if breadth.CORPUS else one_each
    assert {case.challenge for case in chosen} == set(breadth.some(3, corpus.challenges()))
    with Session(LIBRARIES) as session:
        session.ready()
        assert session.confinement().tier in (tier, SEPARATE)
        for case in chosen:
            report = corpus.graded(session, case, seed=12)
            assert corpus.verdict_is_right(case, report), f"{case.name}: {corpus.told(report)}"
