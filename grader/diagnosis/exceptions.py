"""Family: reading the stream. What an exception tells, and the one trait that a stream differs in."""

from __future__ import annotations

import re
from typing import Any

from grader.diagnosis import experiments
from grader.diagnosis.evidence import Case, events_read, evidence
from grader.diagnosis.sent import body, is_comment, lines, torn
from grader.diagnosis.texts import text_made_in
from grader.stream import cut
from grader.stream.reply import DONE


@evidence("only with the trait:")
def only_with_the_trait(case: Case, name: str) -> bool:
    """Counter-experiment: the same stream without its one trait. If the program does well on it, that is the cause.

    Streams differ from the plain one, on which the program did well, in one trait: then that is the cause, whatever the
    exception looks like.
    """
    if case.trait != name:
        return False
    record = case.again(f"without-{name}", edit=experiments.WITHOUT.get(name), cut=cut.one_event_a_read)
    return text_made_in(record) == record.reply.text


@evidence("without chunks whose choices are empty, it ends well")
def fails_only_without_choices(case: Case) -> bool:
    """Experiment: the same stream without the chunks whose choices are empty. Does it end well?"""
    if case.error_type not in ("IndexError", "StopIteration", "ValueError", "RuntimeError"):
        return False
    if not any(chunk is not None and not chunk.get("choices") for chunk in case.reply.chunks):
        return False
    return case.again("choices-everywhere", edit=experiments.usage_on_content).outcome.kind == "returned"


@evidence("with a content in every delta, this exception does not come")
def fails_only_without_content(case: Case) -> bool:
    """Experiment: the same stream with a content in every delta, "" where there was none. Does it end well?

    Or does it stumble later, over something else? Then this was its first mistake all the same.
    """
    fits = ("'content'", "None", ".content\n")  # a missing key or field, or None where text was expected
    if not any(word in case.error_text for word in fits):
        return False
    if all(isinstance(delta.get("content"), str) for delta in case.reply.deltas):
        return False
    outcome = case.again("content-everywhere", edit=experiments.content_everywhere).outcome
    return outcome.kind == "returned" or (outcome.kind == "raised" and _place(outcome.error) != _place(case.error))


def _place(error: dict[str, Any]) -> tuple[Any, Any]:
    """An exception's type, and the learner's line that it came from."""
    return error.get("type"), (error.get("frames") or [{}])[-1].get("line")


# -- what a JSON parser was given ----------------------------------------------------------------------------------


@evidence("response.json() was called on a stream")
def json_of_the_response(case: Case) -> bool:
    """The exception came through the `json` of requests' response, and the reply was a stream."""
    return "models:json" in case.error.get("via", []) and bool(case.record.played)


@evidence('a JSON parser was given "[DONE]"')
def parsed_done(case: Case) -> bool:
    """And nothing else."""
    return case.about is not None and case.about.strip() == DONE


@evidence("a JSON parser was given an event and what stands before it in its line")
def parsed_the_line(case: Case) -> bool:
    """More than the event's data, and no more than its line."""
    text = (case.about or "").rstrip("\r\n")
    return any(
        line.endswith(text) and len(text) > len(event)
        for line in lines(case)
        for event in case.reply.events
        if line.endswith(event)
    )


@evidence("a JSON parser was given an event up to a line end of Unicode's")
def parsed_up_to_a_unicode_line(case: Case) -> bool:
    """The event goes on with a character at which `str.splitlines` cuts, and the standard does not."""
    text = case.about or ""
    whole = next((e for e in case.reply.events if text and e.startswith(text) and e != text), "")
    return bool(whole) and whole[len(text)] in "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"


@evidence("a JSON parser was given a comment")
def parsed_a_comment(case: Case) -> bool:
    """The whole line, or a part of it."""
    return case.about is not None and is_comment(case, case.about)


@evidence("a JSON parser was given an empty line, early on")
def parsed_an_empty_line(case: Case) -> bool:
    """It got nothing but white space, among the first three events."""
    return case.about is not None and not case.about.strip() and events_read(case.record) <= 3


@evidence("a JSON parser was given several lines of the body")
def parsed_several_lines(case: Case) -> bool:
    """They stand in the body, in a row, with their `data:`."""
    text = (case.about or "").rstrip()
    return "data:" in text and "\n" in text and text.strip() in body(case)


@evidence("the line at hand was empty")
def empty_line_at_hand(case: Case) -> bool:
    """One of the first lines was being taken apart, and it was empty."""
    if case.error_type not in ("IndexError", "ValueError") or _sent_by_sdk(case) or events_read(case.record) > 3:
        return False
    at_hand = set(re.findall(r"[A-Za-z_]\w*", str(case.innermost.get("source", ""))))
    return any(
        name in at_hand and value in ("''", "b''", "b'\\n'", "'\\n'")
        for name, value in case.innermost.get("locals", {}).items()
    )


# -- other exceptions ----------------------------------------------------------------------------------------------


@evidence("not found in a chunk:")
def looked_for(case: Case, name: str) -> bool:
    """A key, an attribute or a required field of that name was not there."""
    if case.is_a("KeyError"):
        return case.error_text == f"'{name}'"
    if case.is_a("AttributeError"):
        return f"'{name}'" in case.error_text
    return case.error_type == "ValidationError" and f".{name}\n  Field required" in case.error_text


@evidence("two reads share a character")
def reads_share_a_character(case: Case) -> bool:
    """A character's bytes came in two network reads."""
    return bool(torn(case))


def _sent_by_sdk(case: Case) -> bool:
    return any(name.startswith("x-stainless-") for request in case.requests for name in request["headers"])
