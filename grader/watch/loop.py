"""Watch mode itself: what each event changes, and what is on the screen then."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping

from rich.console import RenderableType
from rich.text import Text

from grader import progress
from grader.commands import learn, streams
from grader.diagnosis.misconceptions import misconceptions
from grader.errors import UsageError
from grader.show import terminal
from grader.show.compare import compare
from grader.untrusted import visible
from grader.watch import views
from grader.watch.course import Course
from grader.watch.events import Doing, Ended, Event, Events, Graded, Key, Suspended, Touched, Unwatchable
from grader.watch.screen import Frame, Screen, unstyled

PATIENCE_S = 0.5  # a grading that takes longer says what it is doing
FOOT = 4  # lines
GETTING_READY = "getting ready"


class Watch:
    """Takes events until one of them ends it. `mode` is what is on the screen: verdict, list, solution, or reset."""

    def __init__(self, course: Course, screen: Screen, events: Events) -> None:
        self._course, self._screen, self._events = course, screen, events
        self._mode = "verdict"
        self._message = ""  # instead of the usual one, until the next key or verdict
        self._doing = GETTING_READY
        self._cursor = 0  # in the list
        self._scroll = 0
        self._verdict: list[str] = []  # the lines of the last one
        self._status: int | None = None

    def run(self) -> int:
        """Returns the exit status."""
        self._course.regrade()
        while self._status is None:
            self._draw()
            for event in self._events.wait(self._timeout()):
                self._take(event)
            if self._course.due() == 0:
                self._saved(self._course.look())
        return self._status

    def _timeout(self) -> float | None:
        """In how many seconds something is to be done though nothing happens."""
        times = [] if (due := self._course.due()) is None else [due]
        if self._course.grading is not None and (patience := self._patience()) > 0:
            times.append(patience)
        return min(times, default=None)

    def _patience(self) -> float:
        """How long, in seconds, until it is said what a grading is doing."""
        return self._course.since + PATIENCE_S - time.time()

    def _take(self, event: Event) -> None:
        if isinstance(event, Key):
            self._message = ""
            actions = _KEYS[self._mode]
            action = actions.get(event.name) or actions.get(event.name.lower()) or _SCROLL.get(event.name)
            if action is not None:
                action(self)
        elif isinstance(event, Touched):
            self._saved(self._course.touched(event.paths))
        elif isinstance(event, Doing) and event.grading is self._course.grading:
            self._doing = event.what
        elif isinstance(event, Graded) and self._course.done(event):
            self._show_verdict()
        elif isinstance(event, Unwatchable):
            self._message = f"changes are not told here ({event.why}): files are looked at twice a second instead"
        elif isinstance(event, Suspended):
            self._suspend()
        elif isinstance(event, Ended):
            self._status = event.status

    def _saved(self, regrading: bool) -> None:
        if regrading:
            self._mode, self._message, self._doing = "verdict", "", ""

    def _suspend(self) -> None:
        """A grading that stands still for hours would end with a verdict on the clock."""
        self._course.stop()
        self._screen.suspend()
        self._regrade()

    # -- keys -----------------------------------------------------------------------------------------------------

    def _quit(self) -> None:
        self._status = 0

    def _regrade(self) -> None:
        self._course.reload()
        self._course.regrade()
        self._saved(True)

    def _next(self) -> None:
        course = self._course
        if course.grading is not None:
            self._message = "still grading: n moves on once this one has passed"
        elif not course.passed:
            self._message = f"{course.current.number} has not passed yet: n moves on once it has (l goes anywhere)"
        elif (at := course.next()) is None:
            self._message = f"all {len(course.challenges)} have passed: this was the last one. l goes back to any"
        else:
            self._go(at)

    def _go(self, at: int) -> None:
        self._verdict, self._scroll = [], 0
        self._course.go(at)
        self._saved(True)

    def _hint(self) -> None:
        report = self._course.report
        first = next((c for c in report.challenges[0].checks if c.status == "fail"), None) if report else None
        about = misconceptions(self._course.kit.challenges).get(first.diagnosis or "") if first else None
        if report is None or self._course.grading is not None:
            self._message = "hints come with a verdict"
        elif about is None:
            self._message = "passed: there is nothing to hint at" if first is None else "there is no hint for this one"
        else:
            before = self._hints()
            shown = progress.one_more_hint(self._course.kit, self._course.current.id, len(about.hints))
            if before == shown:
                self._message = f"these are all the hints there are. In the lesson: “{about.lesson}”"
            self._show_verdict()
            self._scroll_to(terminal.LEVELS[shown - 1])

    def _hints(self) -> int:
        standing = progress.load(self._course.kit).get(self._course.current.id, progress.Standing())
        return max(standing.hints, 1)

    def _list(self) -> None:
        self._mode, self._cursor, self._scroll = "list", self._course.at, 0

    def _move(self, by: int) -> None:
        self._cursor = min(max(self._cursor + by, 0), len(self._course.challenges) - 1)
        room = self._room()
        self._scroll = min(max(self._scroll, self._cursor + 1 - room), self._cursor)

    def _continue(self) -> None:
        self._go(self._cursor)

    def _back(self) -> None:
        self._mode, self._scroll = "verdict", 0

    def _solution(self) -> None:
        if not self._course.current.solution.exists():
            self._message = "this kit comes without reference solutions"
        elif not self._course.passed or self._course.grading is not None:
            self._message = "the reference solution can be seen once yours has passed"
        else:
            self._mode, self._scroll = "solution", 0

    def _ask_reset(self) -> None:
        try:
            if learn.is_stub(self._course.current):
                self._message = f"{self._course.current.card.file} is the stub already"
                return
        except (UsageError, OSError) as error:
            self._message = str(error)
            return
        self._mode = "reset"

    def _reset(self) -> None:
        self._back()
        try:
            backup = learn.bring_stub_back(self._course.current)
        except OSError as error:
            self._message = f"nothing was changed: {error}"
            return
        self._saved(self._course.look())
        self._message = "the stub is back" + (f"; your file is kept as {backup.name}" if backup else "")

    def _keep(self) -> None:
        self._back()
        self._message = "nothing was changed"

    def _play(self) -> None:
        with self._screen.aside():
            try:
                streams.play(self._course.current.id, None, live=False)
            except UsageError as error:
                print(visible(str(error)))
            print("\n— back with any key —", flush=True)
            os.read(sys.stdin.fileno(), 64)

    # -- what is shown --------------------------------------------------------------------------------------------

    def _room(self) -> int:
        return max(self._screen.size[1] - FOOT, 1)

    def _show_verdict(self) -> None:
        self._mode, self._scroll = "verdict", 0

    def _scroll_by(self, lines: int) -> None:
        self._scroll += lines

    def _scroll_to(self, label: str) -> None:
        lines = unstyled(self._lines())
        at = [number for number, line in enumerate(lines) if line.strip().startswith(f"{label} ")]
        self._scroll = max(self._scroll, at[-1] + 5 - self._room()) if at else self._scroll

    def _draw(self) -> None:
        lines = self._lines()
        most = max(len(lines) - self._room(), 0)
        self._scroll = min(max(self._scroll, 0), most)
        below = most - self._scroll
        foot = self._screen.render(self._foot(below).lines(self._screen.size[0]))
        self._screen.paint(Frame(lines, foot, busy=self._busy), self._scroll)

    @property
    def _busy(self) -> bool:
        return self._mode == "verdict" and self._course.grading is not None

    def _lines(self) -> list[str]:
        course, width = self._course, self._screen.size[0]
        if self._mode == "list":
            listed = learn.standings(course.kit, course.challenges, selected=self._cursor)
            return self._screen.render(listed)
        if self._mode == "solution":
            return self._screen.render(self._comparison(width))
        if course.grading is not None:
            return self._while_grading()
        self._verdict = self._screen.render(self._judged(width, brief=False))
        if len(self._verdict) > self._room() and not self._screen.plain:
            self._verdict = self._screen.render(self._judged(width, brief=True))
        return self._verdict

    def _while_grading(self) -> list[str]:
        """What was said before the save stays there, dimmed: it is not about what is in the file now."""
        doing = self._doing if self._patience() <= 0 or self._doing == GETTING_READY else ""
        first = self._screen.render(views.grading(self._course.current, doing))
        before = Text("\n".join(unstyled(self._verdict[1:])), style="dim", no_wrap=True, overflow="crop")
        return [*first, *self._screen.render(before)]

    def _judged(self, width: int, *, brief: bool) -> RenderableType:
        report = self._course.report
        if report is None:
            return views.trouble(self._course.current, self._course.trouble)
        return views.verdict(report, width, hints=self._hints(), brief=brief)

    def _comparison(self, width: int) -> RenderableType:
        current = self._course.current
        try:
            yours = current.submission().source.decode("utf-8", "replace")
            return compare(yours, current.solution.read_text("utf-8"), width)
        except (UsageError, OSError) as error:
            return Text(visible(str(error)))

    def _foot(self, below: int) -> views.Foot:
        course = self._course
        passed = course.all_passed()
        message, style = (self._message, "bold") if self._message else self._usual_message()
        title = f"{course.current.number} {course.current.card.title}"
        rule = f"{below} more lines: space, ↓" if below else ""
        if self._mode == "verdict" and course.grading is None:
            clock = f"graded {time.strftime('%H:%M:%S', time.localtime(course.since))}"
            rule = f"{rule} · {clock}" if rule else clock
        return views.Foot(passed, course.at, title, message, self._keys(), rule, style)

    def _usual_message(self) -> tuple[str, str]:
        course = self._course
        path = course.current.file.relative_to(course.kit.root)
        if self._mode == "reset":
            kept = ", and keep yours as a backup" if course.current.file.exists() else ""
            return f"Replace {course.current.card.file} by the stub{kept}?", "bold yellow"
        if self._mode == "list":
            return "the challenges, and how you stand", ""
        if self._mode == "solution":
            return "there are many right ways; this is one that reads well", ""
        if course.grading is not None:
            return "grading …", "yellow"
        if course.passed:
            at = course.next()
            to = (
                f"n goes on to {course.challenges[at].number} {course.challenges[at].card.title}"
                if at is not None
                else ""
            )
            return f"passed! {to or 'And that was the last one: all have passed.'}", "bold green"
        return f"save {path}, and it is graded again", ""

    def _what_comes_next(self) -> str:
        at = self._course.next()
        if at is None:
            return "And that was the last one: all have passed."
        challenge = self._course.challenges[at]
        return f"n goes on to {challenge.number} {challenge.card.title}"

    def _keys(self) -> list[tuple[str, str, bool]]:
        if self._mode == "list":
            return [("j k ↓ ↑", "move", True), ("enter", "continue there", True), ("q", "back", True)]
        if self._mode == "solution":
            return [("q", "back", True)]
        if self._mode == "reset":
            return [("y", "yes", True), ("n", "no", True)]
        done = self._course.passed and self._course.grading is None
        hint = self._course.report is not None and not self._course.passed
        compare = [("s", "solution", done)] if self._course.current.solution.exists() else []
        return [
            ("n", "next", done), ("h", "hint", hint), *compare, ("l", "list", True), ("r", "run again", True),
            ("p", "play", True), ("x", "reset", True), ("q", "quit", True),
        ]  # fmt: skip


Actions = Mapping[str, Callable[[Watch], None]]

_BACK: Actions = {"q": Watch._back, "esc": Watch._back}
_KEYS: dict[str, Actions] = {
    "verdict": {
        "n": Watch._next, "h": Watch._hint, "l": Watch._list, "r": Watch._regrade, "q": Watch._quit,
        "s": Watch._solution, "x": Watch._ask_reset, "p": Watch._play,
    },
    "list": {
        "j": lambda w: w._move(1), "down": lambda w: w._move(1), "k": lambda w: w._move(-1),
        "up": lambda w: w._move(-1), "G": lambda w: w._move(999), "end": lambda w: w._move(999),
        "g": lambda w: w._move(-999), "home": lambda w: w._move(-999),
        "enter": Watch._continue, "c": Watch._continue, "l": Watch._back, **_BACK,
    },
    "solution": {"s": Watch._back, **_BACK},
    "reset": {"y": Watch._reset, "n": Watch._keep, "q": Watch._keep, "esc": Watch._keep},
}  # fmt: skip
_SCROLL: Actions = {
    "j": lambda w: w._scroll_by(1), "down": lambda w: w._scroll_by(1), "k": lambda w: w._scroll_by(-1),
    "up": lambda w: w._scroll_by(-1), " ": lambda w: w._scroll_by(w._room() - 2),
    "pgdn": lambda w: w._scroll_by(w._room() - 2), "pgup": lambda w: w._scroll_by(2 - w._room()),
    "home": lambda w: w._scroll_by(-9999), "end": lambda w: w._scroll_by(9999),
}  # fmt: skip
