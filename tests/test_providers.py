"""The reference solutions read what real providers sent: each recorded body, word for word, under several cuttings.

What must come out is what ORACLE.json says; where a body is outside of what a challenge asks, what comes out instead
stands in its table, with the reason.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader import running
from grader.outcome import Outcome
from grader.running import Record
from grader.scenario import Call, Scenario, Submission
from grader.session import Session
from grader.stream import cut, sse
from grader.stream.body import Part
from grader.stream.fixture import About, Fixture
from grader.stream.salt import Salted
from tests import breadth, corpus, recordings
from tests.recordings import Recorded

PROMPT = "hi"
PROVIDERS = recordings.providers()


def whole(parts: Sequence[Part], rng: random.Random) -> list[int]:
    return [sum(len(part.raw) for part in parts)]


def small_reads(parts: Sequence[Part], rng: random.Random) -> list[int]:
    """From one byte to a short line: inside of characters, CRLFs, field names and JSON."""
    left, reads = whole(parts, rng)[0], []
    while left:
        reads.append(min(left, rng.randrange(1, 80)))
        left -= reads[-1]
    return reads


CUTTINGS = {"as one write": whole, "an event a write": cut.one_event_a_read, "in small reads": small_reads}


# -- what has to come out ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outside:
    """A body that is outside of what a challenge asks: why, and what comes out of the solution instead."""

    why: str
    expected: Callable[[Recorded], dict[str, Any]]


def raises(name: str) -> Callable[[Recorded], dict[str, Any]]:
    return lambda _: {"raised": name}


def all_choices(recorded: Recorded) -> dict[str, Any]:
    """The texts of all choices, as they come."""
    chunks = [json.loads(event.data) for event in sse.decode(recorded.body) if event.data != "[DONE]"]
    texts = [(choice["delta"].get("content") or "") for chunk in chunks for choice in chunk["choices"]]
    return {"content": "".join(texts)}


TWO_CHOICES = Outside("nobody asked for two choices: their deltas are read as one text", all_choices)
PARTS = Outside("a content that is a list of parts: no challenge plays it", raises("TypeError"))
EMPTY_CHOICES = Outside("empty `choices`: challenge 01 does not play them", raises("IndexError"))
ERROR = Outside("an error instead of a chunk: challenge 09 is about that", raises("APIError"))

N2 = ("litellm-proxy-n2", "openai-gpt-4o-mini-n2-usage", "writer-palmyra-n2")
AZURE = (
    "azure-gpt-35-turbo-prompt-filter-first",
    "azure-gpt-4.1-mini-multibyte-filter",
    "azure-gpt-5-mini-include-usage",
)
LEGACY = "openai-legacy-completions-text"
MAGISTRAL = "mistral-magistral-content-is-list"
ERROR_EVENT = "groq-gpt-oss-120b-midstream-error-event"
ERROR_IN_CHUNK = "openrouter-keepalive-error-in-chunk-minimax"

BY_HAND = {
    **dict.fromkeys(N2, TWO_CHOICES),
    **dict.fromkeys(AZURE, EMPTY_CHOICES),
    MAGISTRAL: PARTS,
    LEGACY: Outside("a completion has no deltas", raises("KeyError")),
    ERROR_EVENT: Outside("an error instead of a chunk: challenge 09 is about that", raises("KeyError")),
}
BY_THE_SDK = {
    **dict.fromkeys(N2, TWO_CHOICES),
    MAGISTRAL: PARTS,
    LEGACY: Outside("a completion has no deltas", raises("AttributeError")),
    ERROR_EVENT: ERROR,
    ERROR_IN_CHUNK: ERROR,
}


@dataclass(frozen=True)
class Exercise:
    """How a challenge's solution is called, and which of the oracle's facts its value holds."""

    challenge: str
    args: tuple[Any, ...]
    value: Callable[[Any], dict[str, Any]]
    asks_for_usage: bool = False
    outside: dict[str, Outside] = field(default_factory=dict)
    expected: Callable[[Recorded], dict[str, Any]] | None = None  # where it is not the facts that the value holds

    def must(self, recorded: Recorded, names: Sequence[str]) -> dict[str, Any]:
        facts = self.expected(recorded) if self.expected else {n: v for n, v in recorded.says.items() if n in names}
        instead = self.outside[recorded.name].expected(recorded) if recorded.name in self.outside else {}
        return instead if "raised" in instead else facts | instead


def chunk_facts(value: Any) -> dict[str, Any]:
    return {"content": value["text"], "finish": value["finish_reason"]}


def usage_facts(value: Any) -> dict[str, Any]:
    text, usage = value["items"]
    return {"content": text, "usage": usage and usage["fields"]["total_tokens"]}


def thinking_facts(value: Any) -> dict[str, Any]:
    answer, reasoning = value["items"]
    return {"content": answer, "reasoning": reasoning}


def whole_or_cut_short(recorded: Recorded) -> dict[str, Any]:
    """09: the text where the model stopped on purpose, and CutShort for whatever else."""
    says = recorded.says
    return {"content": says["content"]} if says["finish"] == "stop" and not says["error"] else {"raised": "CutShort"}


EXERCISES = [
    Exercise("01-inspect-a-chunk", (PROMPT,), chunk_facts, outside=BY_HAND),
    Exercise("02-prove-include-usage", (PROMPT, True), usage_facts, asks_for_usage=True, outside=BY_THE_SDK),
    Exercise("06-thinking-aside", (PROMPT,), thinking_facts, outside=BY_THE_SDK),
    Exercise(
        "09-cut-short",
        (PROMPT, 30.0),
        lambda text: {"content": text},
        outside=dict.fromkeys(N2, TWO_CHOICES) | {MAGISTRAL: PARTS, LEGACY: BY_THE_SDK[LEGACY]},
        expected=whole_or_cut_short,
    ),
]
THERE = [exercise for exercise in EXERCISES if exercise.challenge in corpus.challenges()]


# -- playing ----------------------------------------------------------------------------------------------------------


def word_for_word(fixture: Fixture, seed: int, *, model: str, finish: str | None = None) -> Salted:
    """Instead of salting: what a provider sent stays as it is."""
    return Salted(tuple(fixture.parts), fixture)


@pytest.fixture(autouse=True)
def unsalted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "salt", word_for_word)


def played(session: Session, exercise: Exercise, recorded: Recorded, cutting: cut.Cut) -> Record:
    challenge = corpus.challenges()[exercise.challenge]
    submission = Submission(challenge.card.file, challenge.solution.read_bytes(), challenge.solution)
    about = About(origin="recorded", note=recorded.name, dialect="openai")
    scenario = Scenario("recorded", recorded.name, recorded.name, cut=cutting, hold=False)
    call = Call(challenge.card.function, exercise.args, (challenge.kit.challenges,))
    return session.perform(scenario, Fixture(recorded.name, recorded.body, about), submission, call, seed=1)


def came_out(exercise: Exercise, outcome: Outcome) -> dict[str, Any]:
    if outcome.kind == "returned":
        return exercise.value(outcome.value)
    return {"raised": outcome.error["type"]} if outcome.kind == "raised" else {outcome.kind: outcome.why}


def each_body_by_each_solution() -> list[Any]:
    """For `parametrize`. Without breadth, each body is read by one of them, each by some."""
    bodies = recordings.param(PROVIDERS)
    return [
        pytest.param(
            exercise, *body.values, id=f"{exercise.challenge[:2]}-{body.id}",
            marks=[*body.marks, *([] if (number - turn) % len(THERE) == 0 else [breadth.mark])],
        )
        for turn, exercise in enumerate(THERE)
        for number, body in enumerate(bodies)
    ]  # fmt: skip


@pytest.mark.parametrize(("exercise", "recorded"), each_body_by_each_solution())
def test_solutions_read_real_replies(session: Session, exercise: Exercise, recorded: Recorded) -> None:
    with ThreadPoolExecutor(len(CUTTINGS)) as pool:
        records = pool.map(lambda cutting: played(session, exercise, recorded, cutting), CUTTINGS.values())
    for name, record in zip(CUTTINGS, records, strict=True):
        found = came_out(exercise, record.outcome)
        assert found == exercise.must(recorded, list(found)), name
        if exercise.asks_for_usage:
            sent = b"".join(moment["data"] for moment in record.timeline.of("write"))
            assert recorded.body.startswith(sent), "a reply to those who ask for usage is played word for word"


@pytest.mark.parametrize("recorded", recordings.param([r for r in PROVIDERS if r.name not in BY_HAND], 4))
def test_the_deltas_of_real_replies_are_returned_as_received(session: Session, recorded: Recorded) -> None:
    """Also where servers add fields of their own; the order of keys aside."""
    value = played(session, THERE[0], recorded, small_reads).outcome.value
    chunks = [json.loads(event.data) for event in sse.decode(recorded.body) if event.data != "[DONE]"]
    assert value["deltas"] == [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]


@pytest.mark.parametrize("recorded", recordings.param(PROVIDERS if "08-any-server" in corpus.challenges() else [], 4))
def test_any_server_s_events_come_out_of_solution_08(recorded: Recorded) -> None:
    """It uses no network, so it is called here: each body, cut anew, gives the data of each of its events."""
    challenge = corpus.challenges()["08-any-server"]
    scope: dict[str, Any] = {"__name__": "any_server"}
    exec(compile(Path(challenge.solution).read_bytes(), challenge.solution, "exec"), scope)
    parts = [Part(recorded.body, None)]
    expected = [event.data for event in sse.decode(recorded.body)]
    assert len(expected) >= recorded.says["chunks"] + recorded.says["done"]
    by_bytes = {"byte by byte": cut.byte_by_byte} if len(recorded.body) < 16 * 1024 else {}
    for name, cutting in (CUTTINGS | by_bytes).items():
        reads, offset = [], 0
        for length in cutting(parts, random.Random(1)):
            reads.append(recorded.body[offset : offset + length])
            offset += length
        assert list(scope["iter_data"](iter(reads))) == expected, name


def test_the_tables_name_bodies_that_are_there() -> None:
    recordings.must_be_there_in_ci()
    names = {recorded.name for recorded in PROVIDERS}
    if not names:
        pytest.skip("the recorded bodies are not beside the kit")
    assert {name for exercise in EXERCISES for name in exercise.outside} <= names
