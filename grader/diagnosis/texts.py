"""Family: reading the stream. What the text that was put together tells."""

from __future__ import annotations

import itertools
import re

from grader.diagnosis import experiments
from grader.diagnosis.evidence import Case, evidence, leaves_before
from grader.diagnosis.sent import is_comment, torn
from grader.running import Record
from grader.stream.reply import DONE


def made_text(case: Case) -> str:
    """The text as the program put it together: what it validated, asked about, parsed in vain, or returned; or ""."""
    return text_made_in(case.record) or ""


def text_made_in(record: Record) -> str | None:
    tried = [m for m in record.timeline.of("note") if m["what"] == "validates" and m["text"] is not None]
    if tried:
        return str(tried[-1]["text"])
    asked = [moment["about"] for moment in record.timeline.of("ask")]
    if asked:
        return str(asked[-1])
    if record.outcome.kind != "returned":
        about = record.outcome.error.get("about")
        return about if isinstance(about, str) and record.call.validates else None
    value = record.outcome.value
    if isinstance(value, dict):
        value = value["items"] if value.get("$") == "tuple" else value.get("text")
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    return value if isinstance(value, str) else None


@evidence("another text came out")
def another_text(case: Case) -> bool:
    """The text that was validated, parsed or returned is known, and it is not that of the stream."""
    text = text_made_in(case.record)
    return text is not None and text != case.reply.text


@evidence("another stream gives the same text")
def from_another_stream(case: Case) -> bool:
    """Experiment: a stream with another text. Does it give the same answer?"""
    text = made_text(case)
    if len(text) < 4:
        return False
    record = case.again("other-salt")
    return record.reply.text != case.reply.text and _mentions(record.outcome.value, text)


@evidence("each piece is in it twice")
def repeats(case: Case) -> bool:
    """The whole twice, each piece twice in a row, or growing beginnings."""
    pieces = [p for p in case.reply.pieces if p]
    doubled = "".join(p * 2 for p in pieces)
    growing = "".join("".join(pieces[: i + 1]) for i in range(len(pieces)))
    return bool(pieces) and made_text(case) in (case.reply.text * 2, doubled, growing)


@evidence('"None" stands where content is absent or null')
def none_in_text(case: Case) -> bool:
    """The text is what comes out if content that is null, or absent, or either, is turned into text."""
    deltas = case.reply.deltas
    either = [str(delta.get("content")) for delta in deltas]
    null = [str(delta.get("content", "")) for delta in deltas]
    absent = [str(delta.get("content", None) or "") if "content" in delta else "None" for delta in deltas]
    return made_text(case) in ("".join(either), "".join(null), "".join(absent))


@evidence("the text is empty")
def empty_text(case: Case) -> bool:
    """Nothing was put together."""
    return made_text(case) == ""


@evidence("with a `message` in each chunk, its text comes out")
def reads_message(case: Case) -> bool:
    """Experiment: chunks that carry a `message` beside their `delta`, as Perplexity's do."""
    record = case.again("message-too", edit=experiments.with_a_message)
    return _mentions(record.outcome.value, experiments.MESSAGE)


@evidence("only white space differs")
def differs_in_space(case: Case) -> bool:
    """There is a text, and without any white space it is the right one."""
    text = made_text(case)
    return text != "" and _bare(text) == _bare(case.reply.text)


@evidence("letters of `data: ` are gone from it")
def letters_stripped(case: Case) -> bool:
    """The text is what `strip("data: ")`, `replace` and their like make of it."""
    right, pieces = case.reply.text, case.reply.pieces
    guesses = {
        right.replace("data: ", ""),
        right.replace("data:", ""),
        "".join(p.lstrip("data: ") for p in pieces),  # noqa: B005 - the very mistake
        "".join(p.strip("data: ") for p in pieces),  # noqa: B005
        "".join(p.removeprefix("data: ") for p in pieces),
    }
    return made_text(case) in guesses


@evidence("it is the right text, read as ISO-8859-1")
def wrongly_decoded(case: Case) -> bool:
    """Or as Windows' code page 1252."""
    right = case.reply.text
    return made_text(case) in [right.encode().decode("latin-1"), right.encode().decode("cp1252", "replace")]


@evidence("only characters that two reads share are broken")
def torn_characters(case: Case) -> bool:
    """Right but for characters that were cut: they came out as U+FFFD, or not at all."""
    broken = torn(case)
    if not broken:
        return False
    rest = re.compile("[" + re.escape("".join(broken)) + "\ufffd]")
    return rest.sub("", made_text(case)) == rest.sub("", case.reply.text)


@evidence("whole pieces are missing")
def pieces_missing(case: Case) -> bool:
    """Some pieces are left out whole, the others are there in order."""
    text, at = made_text(case), 0
    for piece in case.reply.pieces:
        if piece and text.startswith(piece, at):
            at += len(piece)
    return at == len(text)


@evidence("a parser's exception was swallowed")
def swallowed(case: Case) -> bool:
    """The closer look saw a parser fail on a part of an event, in the learner's own code, and that did not come out."""
    return any(
        note["message"] != case.error_text[:200]
        and (note["type"] == "UnicodeDecodeError" or note["about"].strip() not in ("", DONE))
        for note in case.notes("raised", case.closer)
        if note["about"] is not None and not is_comment(case, note["about"])
    )


@evidence("the reasoning is in the text")
def holds_the_reasoning(case: Case) -> bool:
    """Its first twenty characters."""
    return bool(case.reply.reasoning) and case.reply.reasoning[:20] in made_text(case)


@evidence("it ends where the first delta without content stands")
def stops_at_gap(case: Case) -> bool:
    """At the very first one, or at the first after some text. Where both leave nothing, an experiment tells."""
    text = made_text(case)
    if not _is_early_part(case, text) or case.trait not in ("", "gaps", "between"):
        return False
    if text == "":
        return _first_gap(case) == "" and _reads_on_without_a_gap(case)
    return text in (_first_gap(case), _gap_after_text(case))


@evidence("it goes on reading where only spaces follow the object")
def validates_on(case: Case) -> bool:
    """Experiment: the first piece holds the whole object, only spaces follow. Does it go on reading?

    Who has left after so many pieces is content with them; who validates each of them goes on.
    """
    text = made_text(case)
    if (
        not case.record.call.validates
        or not text
        or not _is_early_part(case, text)
        or case.record.outcome.kind != "raised"
    ):
        return False
    pieces = [piece for piece in case.reply.pieces if piece]
    taken = sum(1 for i in range(len(pieces)) if len("".join(pieces[: i + 1])) <= len(text))
    record = case.again(
        f"whole-at-once-{taken}", edit=experiments.whole_at_once, keeps_back=lambda reply: max(1, taken)
    )
    return not leaves_before(record)


@evidence("it leaves before the rest is sent")
def leaves_early(case: Case) -> bool:
    """Experiment: the rest is kept back. Does the program end, or close, without waiting for it?"""
    text = made_text(case)
    if not _is_early_part(case, text):
        return False
    after = _taken(case, text) + 1  # it may look one event ahead
    return leaves_before(
        case.again(f"rest-kept-back-{after}", keeps_back=lambda reply: min(after, len(reply.events) - 1))
    )


@evidence("a finish reason came back")
def some_finish_reason(case: Case) -> bool:
    """What was seen is a text, and neither empty nor "None"."""
    return isinstance(case.actual, str) and case.actual not in ("", "None")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _is_early_part(case: Case, text: str) -> bool:
    return case.reply.text.startswith(text)


def _first_gap(case: Case) -> str:
    """The text before the first delta without content."""
    before = []
    for choice in case.reply.choices:
        if choice is None or not choice["delta"].get("content"):
            break
        before.append(choice["delta"]["content"])
    return "".join(before)


def _gap_after_text(case: Case) -> str:
    """The text before the first delta without content that comes after some text."""
    pieces = case.reply.pieces
    start = next((i for i, piece in enumerate(pieces) if piece), 0)
    end = next((i for i in range(start, len(pieces)) if not pieces[i]), len(pieces))
    return "".join(pieces[start:end])


def _reads_on_without_a_gap(case: Case) -> bool:
    """Experiment: with text in the very first chunk, does the program get further than that?"""
    record = case.again("no-gap-first", edit=experiments.without_leading_gaps)
    first, second = [piece for piece in record.reply.pieces if piece][:2]
    return (text_made_in(record) or "").startswith(first + second)


def _taken(case: Case, text: str) -> int:
    """How many events it takes to have this beginning of the text."""
    lengths = itertools.accumulate(len(piece) for piece in case.reply.pieces)
    return next((i + 1 for i, length in enumerate(lengths) if length >= len(text)), 0)


def _mentions(value: object, text: str) -> bool:
    if isinstance(value, dict):
        return any(_mentions(item, text) for item in value.values())
    if isinstance(value, list):
        return any(_mentions(item, text) for item in value)
    return isinstance(value, str) and text in value
