"""What a challenge's `checks.py` is written with: `check`, `Lab`, `Run`, `Scenario`, `Finding`; and `evidence`, `Case`.

A check states what must hold. Why it does not is the business of `grader.diagnosis`, from the run's timeline.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from grader.diagnosis.evidence import Case, Mark, Symptom, evidence
from grader.nested import read
from grader.running import MISSES, Record
from grader.scenario import Asks, Feed, Scenario, Stream
from grader.timeline import Moment

__all__ = ["Asks", "Case", "Check", "Feed", "Finding", "Lab", "Run", "Scenario", "Stream", "check", "evidence"]

MOST_ENDED = 2
AT_ONCE = 8  # runs: more of them would only take the processor from each other

Body = Callable[["Lab"], None]


class Finding(Exception):
    """A check does not hold. `symptom` is what was seen; `id` is set where the check itself knows the root cause."""

    def __init__(
        self,
        symptom: Symptom,
        expected: Any,
        actual: Any,
        run: Run,
        *,
        field: str = "",
        id: str = "",
        given: str = "",
        facts: dict[str, Any] | None = None,
        mark: Mark | None = None,
    ) -> None:
        super().__init__(symptom)
        self.case = Case(symptom, expected, actual, run.record, field, mark=mark, given=given, facts=facts or {})
        self.id = id


@dataclass(frozen=True, eq=False)
class Check:
    """One thing that must hold. `after` are the checks that must hold first; without them it is skipped."""

    id: str
    title: str
    points: float
    after: tuple[Check, ...]
    body: Body


def check(*, points: float, after: Check | tuple[Check, ...] = ()) -> Callable[[Body], Check]:
    """Makes a check of a function: its docstring is the title, its name the id."""

    def decorate(body: Body) -> Check:
        title = (body.__doc__ or "").strip().partition("\n")[0]
        if not title:
            raise ValueError(
                f"check `{body.__name__}` has no docstring: its first line is the title that learners read"
            )
        before = after if isinstance(after, tuple) else (after,)
        return Check(body.__name__.replace("_", "-"), title, points, before, body)

    return decorate


class Lab:
    """Plays scenarios to one submission. The same scenario with the same arguments is played once."""

    def __init__(self, play: Callable[[Scenario, tuple[Any, ...], bool], Record]) -> None:
        self._play = play
        self._records: dict[tuple[str, tuple[Any, ...], bool], Record] = {}
        self.asked: list[Record] = []  # the runs of the check that is under way
        self.wanted: list[tuple[Scenario, tuple[Any, ...]]] = []  # all that checks have asked for, as they asked

    def together(self, *plays: tuple[Any, ...]) -> None:
        """Plays several scenarios at once, each given with its arguments as `run` takes them: `(SCENARIO, 1, True)`.

        For runs that mostly wait: give those first. The ones that there are already are not played again; a later `run`
        of any finds it.
        """
        wanted = {(scenario.id, tuple(args), False): (scenario, tuple(args)) for scenario, *args in plays}
        new = {key: play for key, play in wanted.items() if key not in self._records}
        if not new:
            return
        with ThreadPoolExecutor(min(len(new), AT_ONCE)) as pool:
            records = list(pool.map(lambda play: self._play(play[0], play[1], False), new.values()))
        self._records.update(zip(new, records, strict=True))

    def run(self, scenario: Scenario, *args: Any) -> Run:
        """Calls the learner's function with a prompt of the run's own and `args`, and replays `scenario` to it.

        Once a run has shown that the program keeps pieces to itself, the server no longer waits for them.
        """
        self.wanted.append((scenario, args))
        if any(len(list(record.timeline.of("missed"))) >= MISSES for record in self.records):
            scenario = replace(scenario, hold=False)
        if (scenario.id, args, False) not in self._records:
            self._give_up_on_what_never_ends()
        record = self.record(scenario, args)
        if record not in self.asked:
            self.asked.append(record)
        return Run(record, args)

    def _give_up_on_what_never_ends(self) -> None:
        """After two runs that had to be ended, a third would tell nothing new, and take as long again."""
        ended = [record for record in self.records if record.outcome.kind in ("slow", "stuck", "killed")]
        if len(ended) >= MOST_ENDED:
            self.asked.append(ended[0])
            Run(ended[0]).ends_well()

    def record(self, scenario: Scenario, args: tuple[Any, ...] = (), *, trace: bool = False) -> Record:
        key = (scenario.id, args, trace)
        if key not in self._records:
            self._records[key] = self._play(scenario, args, trace)
        return self._records[key]

    def trial(self, scenario: Scenario) -> Record:
        """A run that is kept nowhere: one of many."""
        return self._play(scenario, (), False)

    @property
    def records(self) -> list[Record]:
        """All runs so far, the closer looks left out."""
        return [record for (_, _, trace), record in self._records.items() if not trace]


@dataclass
class Run:
    """A run, with the questions that checks ask about it. Each raises a Finding when the answer is no."""

    record: Record
    args: tuple[Any, ...] = ()

    def fail(self, symptom: Symptom, expected: Any, actual: Any, **more: Any) -> NoReturn:
        """`more`: field, id, and, as far as there is something to show or to go by, mark, given, facts (see Case)."""
        raise Finding(symptom, expected, actual, self, **more)

    # -- requests -------------------------------------------------------------------------------------------------

    def asks_once_for_a_stream(self, *, sdk: bool | None = None) -> None:
        """Exactly one request, right in every part, with `"stream": true`; `sdk` says whose it must (not) be."""
        self._asks_rightly('"stream": true', sdk)
        if not self.record.played:
            # By hand, the switch in the JSON is the lesson; elsewhere the program's intention tells two causes apart.
            by_hand = "no-stream-flag" if sdk is False else ""
            actual = _stream_switch(self.record.request["body"])
            self.fail("requests", '"stream": true in the JSON body', actual, field="stream", id=by_hand)
        self._sends_the_prompt()

    def asks_once_in_one_go(self) -> None:
        """Exactly one request, right in every part, that does not ask for a stream."""
        self._asks_rightly('no "stream", or false', None)
        if self.record.played:
            self.fail("requests", 'no "stream" in the JSON body, or false', '"stream": true', field="no-stream")
        self._sends_the_prompt()

    def _asks_rightly(self, switch: str, sdk: bool | None) -> None:
        wants = f"one POST to {{OPENAI_BASE_URL}}/chat/completions: the bearer key, MODEL, the prompt, {switch}"
        self.loads()
        requests = list(self.record.timeline.of("request"))
        if len(requests) != 1:
            self.fail("requests", wants, _count(requests, self.record), field="count")
        request = requests[0]
        if request["status"] != 200 or request["method"] != "POST":  # a list of models is answered, too
            self.fail("requests", wants, _refused(request))
        by_sdk = any(name.startswith("x-stainless-") for name in request["headers"])
        if sdk is not None and by_sdk is not sdk:
            who = ("a plain HTTP client", "the openai SDK")
            self.fail("requests", who[sdk], who[by_sdk], field="client", id="not-sdk" if sdk else "used-sdk")

    def _sends_the_prompt(self) -> None:
        prompt = str(self.record.call.args[0])
        if not _says(self.record.request["body"], prompt):
            self.fail("requests", f"a user message with the prompt {prompt!r}", "another message", field="prompt")

    def loads(self) -> None:
        """The file compiles and has the function, and the function is no longer the stub."""
        kind, error = self.record.outcome.kind, self.record.outcome.error
        if kind == "missing":
            found = ", ".join(error.get("found", [])) or "no function at all"
            if not self.record.source.strip():
                found = "nothing: the file is empty (`make reset` brings the stub back)"
            self.fail("start", f"the function {self.record.call.signature}", found)
        untouched = error.get("type") == "NotImplementedError" and self.record.timeline.first("request") is None
        if kind == "syntax" or untouched:
            self.fail("start", "a file that compiles, with the function filled in", error.get("message", kind))

    # -- what was shown -------------------------------------------------------------------------------------------

    def shows_each_piece_as_it_arrives(self) -> None:
        """Each piece was on stdout before the event after the next was sent."""
        missed = self.record.timeline.first("missed")
        if missed is None and self.shown_at_the_end() and self.record.played:
            return  # what the program did after that is another check's business
        self.ends_well()
        held = self.record.reply.pieces[: missed["events"]] if missed else self.record.reply.pieces
        piece = next((p for p in reversed(held) if p.strip()), "")
        actual = "it was not shown" if not missed else "the server waited, and it did not come"
        self.fail("arrival", f"{piece!r} on the screen before the server sends more", actual, field="arrival")

    def shown_at_the_end(self) -> bool:
        """Were all pieces on stdout, in order, once everything was over?"""
        return self.record.shown > self.record.reply.last_content

    # -- what came out --------------------------------------------------------------------------------------------

    def ends_well(self) -> Any:
        """The function returned; gives the value, as plain data."""
        self.loads()
        if self.record.outcome.kind != "returned":
            self.fail("ending", "a value that is returned", ending(self.record), field="ending")
        self.asks_once()
        return self.record.outcome.value

    def asks_once(self) -> None:
        """There was exactly one request, on this stream too."""
        requests = list(self.record.timeline.of("request"))
        if len(requests) != 1:
            self.fail("requests", "one request", _count(requests, self.record), field="count")

    def stops_at_done(self) -> None:
        """The program did not wait for the connection to close after `[DONE]`."""
        self.ends_well()
        unlinger = self.record.timeline.first("unlinger")
        if unlinger is not None and unlinger["why"] == "idle":
            self.fail("waits", "an end at `data: [DONE]`", "still waiting for the server to close", id="ignores-done")

    def same(self, field: str, expected: Any, actual: Any) -> None:
        """`actual`, a part of the returned value, is `expected`: same types, same value. A tuple is a JSON list."""
        if not identical(expected, as_json(actual)):
            self.fail("value", expected, actual, field=field)

    def right_type(self, holds: bool, expected: str, actual: Any = None) -> None:
        """`actual` is the part that has the wrong shape, where it is not the whole value."""
        if not holds:
            seen = self.record.outcome.value if actual is None else actual
            self.fail("type", expected, seen, field="type", id="wrong-return-type")


def as_json(value: Any) -> Any:
    """The value with its tuples as lists, as `json.dumps` would write them."""
    if isinstance(value, dict):
        return as_json(value["items"]) if value.get("$") == "tuple" else {k: as_json(v) for k, v in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list) else value


def identical(a: Any, b: Any) -> bool:
    """Equal as JSON values: 1, 1.0 and true are three different things; the order of keys does not matter."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(identical(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(identical(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def _count(requests: list[Moment], record: Record) -> str:
    if requests:
        return f"{len(requests)} requests: " + ", ".join(f"{r['method']} {r['path']}" for r in requests[:4])
    return "no request" if record.outcome.kind == "returned" else f"no request, and {ending(record)}"


def _refused(request: Moment) -> str:
    """What of a request the server did not like, as it was sent."""
    status = request["status"]
    if status == 401:
        return f"Authorization: {request['headers'].get('authorization', '(none)')} → status 401"
    if status == 404 and request["path"].endswith("/chat/completions") and _model(request["body"]):
        return f"POST {request['path']} with the model {_model(request['body'])!r} → status 404"
    return f"{request['method']} {request['path']} → status {status}"


def _model(body: bytes) -> str:
    try:
        return str(read(body)["model"])
    except (ValueError, KeyError, TypeError):
        return ""


def _stream_switch(body: bytes) -> str:
    wanted = read(body)
    return f'"stream": {json.dumps(wanted["stream"])}' if "stream" in wanted else 'no "stream" in it'


def _says(body: bytes, prompt: str) -> bool:
    """Is the prompt in a user message? Other messages, and words around it, are the learner's business."""
    for message in read(body).get("messages", []):
        if not isinstance(message, dict) or message.get("role") != "user":
            continue
        content = message.get("content")
        texts = content if isinstance(content, list) else [{"text": content}]
        if any(isinstance(part, dict) and prompt in str(part.get("text")) for part in texts):
            return True
    return False


def ending(record: Record) -> str:
    """How a run ended that did not end well, in words."""
    outcome = record.outcome
    if outcome.kind in ("raised", "exited"):
        return f"{outcome.error.get('type')}: {outcome.error.get('message')}"
    if outcome.kind == "stuck" and not outcome.why:
        return "the program waited for something that does not come, and was ended"
    if outcome.kind == "slow" and not outcome.why:
        return "the program did not come back in time, and was ended"
    return f"the program {outcome.why}" if outcome.why else outcome.kind
