"""Family: validating what was streamed. `expected` is the object's fields, or the JSON text that is not valid."""

from __future__ import annotations

import json
from typing import Any

from grader.diagnosis import experiments
from grader.diagnosis.evidence import Case, Rule, events_read


def _model(value: Any) -> dict[str, Any] | None:
    """The fields of a returned object of the given class."""
    if isinstance(value, dict) and value.get("$") == "model" and value.get("given") is True:
        return dict(value["fields"])
    return None


def ended_early(case: Case) -> bool:
    """The program had ended before the last piece of text was sent."""
    return events_read(case.record) <= case.reply.last_content


def _finds_it_inside(case: Case) -> bool:
    """Experiment: words before the object. An object all the same means that the text is searched for one."""
    record = case.again("words-before-it", edit=experiments.text_before)
    return _model(record.outcome.value) is not None


def _made_of_the_text(case: Case) -> bool:
    """A text of the returned object stands in the stream: it was made from it, and is no default."""
    fields = _model(case.actual) or {}
    texts = [v for v in fields.values() if isinstance(v, str)] + [
        item for v in fields.values() if isinstance(v, list) for item in v if isinstance(item, str)
    ]
    return any(len(text) > 3 and text in case.reply.text for text in texts)


def _as_sent(case: Case) -> bool:
    """The returned object holds exactly what the (invalid) text says."""
    fields = _model(case.actual)
    try:
        return fields is not None and fields == json.loads(case.reply.text)
    except ValueError:
        return False


def _the_same_for_another(case: Case) -> bool:
    """Experiment: a stream with another text. Is the object the same?"""
    record = case.again("other-salt")
    return record.reply.text != case.reply.text and record.outcome.value == case.record.outcome.value


EARLY = (Rule("validates-each-piece", "a validation was tried before the last piece had been sent", lambda c: True),)

ACCEPTED = (
    Rule("skips-validation", "the object holds what the schema forbids",
         lambda c: c.trait in ("wrong-types", "out-of-bounds") and _as_sent(c)),
    Rule("accepts-prefix", "it came back before the stream had ended", lambda c: c.trait == "more-text" and ended_early(c)),
    Rule("repairs-json", "an object with words around it is found, too",
         lambda c: c.trait == "more-text" and _model(c.actual) is not None and _finds_it_inside(c)),
    Rule("accepts-prefix", "what came after the object was ignored",
         lambda c: c.trait == "more-text" and _model(c.actual) is not None),
    Rule("repairs-json", "an object was made of the broken text", lambda c: _model(c.actual) is not None and _made_of_the_text(c)),
    Rule("swallows-invalid", "something came back, and no ValueError", lambda c: True),
)  # fmt: skip

# An exception where an object was due.
REFUSED = (
    Rule("reasoning-in-text", "with reasoning before the answer, the text is no longer valid",
         lambda c: c.trait == "reasoning" and c.is_a("ValueError")),
)  # fmt: skip

REFUSALS = (Rule("swallows-invalid", "an exception came out that is no ValueError", lambda c: True),)

CONSTANT = (Rule("hard-coded", "another stream gives the same object", _the_same_for_another),)

RECIPE = (
    Rule("alters-pieces", "only white space differs from the text",
         lambda c: _loose(c.actual) == _loose(c.expected)),
    Rule("reasoning-in-text", "it differs as soon as there is reasoning", lambda c: c.trait == "reasoning"),
    Rule("wrong-text", "its fields are not those of the text", lambda c: True),
)  # fmt: skip


def _loose(value: Any) -> str:
    return "".join(str(value).split())
