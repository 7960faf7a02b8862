"""What pytest collects and runs: a challenge as a file, a check as an item.

An item hangs on the learner's own file, `challenges/01-inspect-a-chunk/inspect_chunk.py::prints every chunk as it
arrives`: who clicks it in an editor is in the function to mend, and reads the check's title wherever names or ids are
shown. The stable id of the check, the points and the seed go along as user properties, into JUnit XML among others.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.challenge import Challenge, Kit, library_sets, load
from grader.errors import UsageError
from grader.scenario import derive, new_seed

if TYPE_CHECKING:
    from grader.checking import Check
    from grader.grading import Grading
    from grader.report import CheckReport
    from grader.session import Session, Stop


def instead(path: Path, parent: pytest.Collector, found: list[pytest.Collector]) -> list[pytest.Collector]:
    """What stands for a file of a challenge's folder. `found` is what others have made of it.

    `challenge.toml` stands for the learner's file, which need not be there. Where checks.py or challenge.toml itself
    was asked for, that is what the items hang on. None of these is a module of tests: pytest would import it.
    """
    folder = path.parent
    challenge, problem = None, ""
    try:
        challenge = load(folder, Kit(folder.parents[1]))
    except UsageError as error:
        problem = str(error)
    names = {"checks.py", ".stub.py"} | ({challenge.card.file} if challenge else set())
    if path.name in names or (problem and path.suffix == ".py"):
        found = [collector for collector in found if not isinstance(collector, pytest.Module)]
    asked = parent.session.isinitpath(path)
    if path.name == "challenge.toml" or (path.name == "checks.py" and asked):
        at = challenge.file if challenge and not asked else path
        found = [*found, ChallengeFile.from_parent(parent, path=at, challenge=challenge, problem=problem)]
    return found


class ChallengeFile(pytest.File):
    """A challenge. `problem` says why there is none."""

    def __init__(self, *, challenge: Challenge | None, problem: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.challenge, self.problem = challenge, problem
        if challenge is not None:
            self.extra_keyword_matches |= {challenge.number, challenge.id, challenge.card.title}

    def collect(self) -> Iterator[CheckItem]:
        if self.challenge is None:
            raise self.CollectError(self.problem)
        try:
            checks = self.challenge.checks()
        except UsageError as error:
            raise self.CollectError(str(error)) from None
        names: set[str] = set()
        for number, check in enumerate(checks):
            name = item_name(check.title)
            name = name if name not in names else f"{name} ({check.id})"
            names.add(name)
            yield CheckItem.from_parent(
                self, name=name, challenge=self.challenge, check=check, number=number, of=len(checks)
            )


def item_name(title: str) -> str:
    """The title, without the two signs that mean something in the ids of pytest and of editors: `::` and `[…]`."""
    return title.replace("::", ":").translate(str.maketrans("[]", "()"))


class CheckItem(pytest.Item):
    def __init__(self, *, challenge: Challenge, check: Check, number: int, of: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.challenge, self.check, self.number, self.of = challenge, check, number, of
        self.extra_keyword_matches |= {check.id}
        self.keywords["grader"] = True
        self.checked: CheckReport | None = None

    def reportinfo(self) -> tuple[Path, int, str]:
        """The learner's function, and the name once more: what PyCharm asks for when it runs one item again."""
        return self.challenge.file, self._line() - 1, self.name

    def _line(self) -> int:
        try:
            source = self.challenge.file.read_text("utf-8", errors="replace")
        except OSError:
            return 1
        head = re.search(rf"^(async )?def {self.challenge.card.function}\b", source, re.MULTILINE)
        return source.count("\n", 0, head.start()) + 1 if head else 1

    def setup(self) -> None:
        """Has the check tried. Here, so that the grader's own faults are errors, and only a learner's are failures."""
        shared = bench(self.config)
        try:
            self.checked = shared.tried(self)
        except UsageError as error:
            pytest.fail(str(error), pytrace=False)
        self.user_properties += [
            ("grader.challenge", self.challenge.id),
            ("grader.title", self.challenge.card.title),
            ("grader.check", self.checked.id),
            ("grader.number", self.number),
            ("grader.of", self.of),
            ("grader.status", self.checked.status),
            ("grader.points", self.checked.points),
            ("grader.max_points", self.checked.max_points),
            ("grader.diagnosis", self.checked.diagnosis or ""),
            ("grader.seed", shared.seed),
        ]
        if self.checked.status == "error":
            pytest.fail(self.checked.message, pytrace=False)

    def runtest(self) -> None:
        checked = self.checked
        assert checked is not None
        if checked.status == "skip":
            raise pytest.skip.Exception(checked.message, _use_item_location=True)
        if checked.status == "fail":
            # Editors tell failures from errors by this very name.
            raise AssertionError(bench(self.config).words(self, checked))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The words alone: a traceback would show the grader's code, and none of the learner's."""
        if self.checked is None or not isinstance(excinfo.value, AssertionError):
            return super().repr_failure(excinfo)
        shown = excinfo.getrepr(style="value")
        if shown.reprcrash is not None:  # what one-line summaries show
            shown.reprcrash.path = str(self.challenge.file)
            shown.reprcrash.lineno = self.checked.line or self._line()
            shown.reprcrash.message = self.checked.message
        return shown


class Bench:
    """What the items of one process share: a seed, warm parents, and one grading a challenge."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.seed = seed_of(config)
        self._pool = ThreadPoolExecutor(1, "grading")
        self._session: Session | None = None
        self._gradings: dict[Path, tuple[Grading, Stop]] = {}
        self._terminate: Any = None
        config.add_cleanup(self.close)

    def tried(self, item: CheckItem) -> CheckReport:
        """The check's report. Its challenge is graded up to it, which tries no check twice. Raises UsageError."""
        grading, stop = self._grading(item)
        future = self._pool.submit(grading.up_to, item.number)
        try:
            checked = future.result()
        except Exception:
            raise
        except BaseException:  # Ctrl-C among them: what runs is ended, and what is left of it is tidied up
            stop.ask()
            del self._gradings[item.challenge.folder]
            raise
        if grading.complete:
            self._remember(grading)
        return checked

    def _grading(self, item: CheckItem) -> tuple[Grading, Stop]:
        from grader.grading import Grading, Work
        from grader.session import Session, Stop

        challenge = item.challenge
        if challenge.folder not in self._gradings:
            work = Work(challenge, challenge.submission())
            if self._session is None:
                self._session = Session(*library_sets(_challenges(item.session.items)))
                self._session.__enter__()
                self._listen()
            stop = Stop()
            self._gradings[challenge.folder] = Grading(self._session, work, self.seed, stop), stop
        return self._gradings[challenge.folder]

    def _listen(self) -> None:
        """Who ends pytest as an editor's stop button does, with SIGTERM, leaves no more behind than with Ctrl-C."""
        here = threading.current_thread() is threading.main_thread()
        if here and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            self._terminate = signal.signal(signal.SIGTERM, signal.default_int_handler)

    def _remember(self, grading: Grading) -> None:
        """For `grader hint` and `grader list`."""
        from grader import progress

        progress.note(grading.item.challenge.kit, [grading.report()], self.config.getoption("grader_hints"))

    def words(self, item: CheckItem, checked: CheckReport) -> str:
        """What a learner reads of a check that does not hold, as `grader grade` shows it."""
        from grader.show import terminal

        grading, _ = self._gradings[item.challenge.folder]
        width = self._width()
        found = terminal.finding(grading.report(), checked, width, hints=self.config.getoption("grader_hints"))
        at = item.challenge.file
        with suppress(ValueError):
            at = at.relative_to(self.config.invocation_params.dir)
        again = f"The same streams again: --grader-seed {self.seed}"
        return "\n".join([terminal.plain(found, width), again, f"{at}:{checked.line or item._line()}"])

    def _width(self) -> int:
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        return max(60, min(120, reporter.config.get_terminal_writer().fullwidth if reporter else 100))

    def close(self) -> None:
        self._pool.shutdown()
        if self._session is not None:
            self._session.__exit__()
            self._session = None
        if self._terminate is not None:
            signal.signal(signal.SIGTERM, self._terminate)


def _challenges(items: list[pytest.Item]) -> list[Challenge]:
    return list({item.challenge.folder: item.challenge for item in items if isinstance(item, CheckItem)}.values())


_BENCH = pytest.StashKey[Bench]()


def bench(config: pytest.Config) -> Bench:
    if _BENCH not in config.stash:
        config.stash[_BENCH] = Bench(config)
    return config.stash[_BENCH]


def seed_of(config: pytest.Config) -> int:
    """The one that was asked for, or a new one: the same in all workers of pytest-xdist, from the id of their run."""
    chosen = config.getoption("grader_seed")
    if chosen is not None:
        return int(chosen)
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    return derive(0, "pytest", worker["testrunuid"]) % 10**9 if worker else new_seed()
