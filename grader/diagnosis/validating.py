"""Family: validating what was streamed. `expected` is the object's fields, or the JSON text that is not valid."""

from __future__ import annotations

import json
from typing import Any

from grader.diagnosis import experiments
from grader.diagnosis.evidence import Case, events_read, evidence


def _model(value: Any) -> dict[str, Any] | None:
    """The fields of a returned object of the given class."""
    if isinstance(value, dict) and value.get("$") == "model" and value.get("given") is True:
        return dict(value["fields"])
    return None


@evidence("it had ended before the last piece was sent")
def ended_early(case: Case) -> bool:
    """The program had ended before the last piece of text was sent."""
    return events_read(case.record) <= case.reply.last_content


@evidence("an object of the given class came back")
def object_came_back(case: Case) -> bool:
    """The returned value, where an exception was due."""
    return _model(case.actual) is not None


@evidence("an object with words before it is found, too")
def finds_it_inside(case: Case) -> bool:
    """Experiment: words before the object. An object all the same means that the text is searched for one."""
    record = case.again("words-before-it", edit=experiments.text_before)
    return _model(record.outcome.value) is not None


@evidence("a text of the object stands in the stream")
def made_of_the_text(case: Case) -> bool:
    """A text of the returned object stands in the stream: it was made from it, and is no default."""
    fields = _model(case.actual) or {}
    texts = [v for v in fields.values() if isinstance(v, str)] + [
        item for v in fields.values() if isinstance(v, list) for item in v if isinstance(item, str)
    ]
    return any(len(text) > 3 and text in case.reply.text for text in texts)


@evidence("the object holds exactly what the text says")
def as_sent(case: Case) -> bool:
    """The returned object holds exactly what the (invalid) text says."""
    fields = _model(case.actual)
    try:
        return fields is not None and fields == json.loads(case.reply.text)
    except ValueError:
        return False


@evidence("another stream gives the same object")
def the_same_for_another(case: Case) -> bool:
    """Experiment: a stream with another text. Is the object the same?"""
    record = case.again("other-salt")
    return record.reply.text != case.reply.text and record.outcome.value == case.record.outcome.value


@evidence("only white space differs from the object")
def differs_in_space(case: Case) -> bool:
    """The object that came back, and that of the text, compared without any white space."""
    return _loose(case.actual) == _loose(case.expected)


def _loose(value: Any) -> str:
    return "".join(str(value).split())
