"""What must hold for challenge 02. Every stream ends with `stop`: the SDK's `.stream()` helper raises on `length`."""

import json

from grader.checking import Lab, Run, Scenario, check
from grader.replay.provider import asks_for_usage
from grader.stream import cut

OPENAI = Scenario("openai", "usage in a last chunk with empty choices", "openai")
AZURE = Scenario("azure", "empty choices in the first chunk, too", "azure", trait="empty-choices-first")
MISTRAL = Scenario("mistral", "usage on the last content chunk", "mistral", trait="usage-on-content")
AFTER = Scenario("after-usage", "a chunk without usage after the usage chunk", "after-usage", trait="chunk-after-usage")
RUNNING = Scenario("running", "a running total on every chunk", "running", trait="running-total")
NEVER = Scenario("never", "asked for usage, and never sends it", "never", trait="no-usage")
RECORDED = Scenario(
    "recorded", "a real reply", "recorded", cut=cut.several_events_a_read, finish="stop", trait="recorded"
)

COUNTERS = ("prompt_tokens", "completion_tokens", "total_tokens")


def text_of(run: Run) -> str:
    return _pair(run)[0]


def _pair(run: Run) -> tuple[str, object]:
    value = run.ends_well()
    items = value.get("items") if isinstance(value, dict) and value.get("$") == "tuple" else value
    run.right_type(isinstance(items, list) and len(items) == 2, "a tuple (text, usage)")
    run.right_type(isinstance(items[0], str), "a tuple whose first item is the text, a str")
    return items[0], items[1]


def usage_is_right(run: Run) -> None:
    """The returned usage is the one that was sent. Fields that are None do not count; details do where returned."""
    sent, usage = run.record.reply.usage, _pair(run)[1]
    fields = usage.get("fields") if isinstance(usage, dict) and usage.get("$") == "model" else usage
    is_usage = fields is None or (isinstance(fields, dict) and "$" not in fields)
    run.right_type(is_usage, "the SDK's usage object, a dict of its fields, or None as the second item", usage)
    if isinstance(fields, dict):
        counters = {name: fields.get(name) for name in COUNTERS}
        run.right_type(
            all(type(count) is int for count in counters.values()), "a usage with its three counters", fields
        )
    if sent is None or fields is None:
        run.same("usage", sent, fields)
        return
    run.same("usage", {name: sent[name] for name in COUNTERS}, {name: fields.get(name) for name in COUNTERS})
    returned = _without_none(fields)
    run.same("usage", _overlap(sent, returned), _overlap(returned, sent))


def _without_none(value: object) -> object:
    """Dicts without the fields that are None; the SDK's objects as their fields."""
    if not isinstance(value, dict):
        return value
    fields = value["fields"] if value.get("$") == "model" else value
    return {name: _without_none(item) for name, item in fields.items() if item is not None}


def _overlap(value: object, other: object) -> object:
    """`value`, without the fields that `other` does not have."""
    if not isinstance(value, dict) or not isinstance(other, dict):
        return value
    return {name: _overlap(item, other[name]) for name, item in value.items() if name in other and item is not None}


@check(points=2)
def asks_for_one_stream_with_the_sdk(lab: Lab) -> None:
    """sends one request for a stream, with the SDK, MODEL and the prompt"""
    lab.run(OPENAI, False).asks_once_for_a_stream(sdk=True)


@check(points=3, after=asks_for_one_stream_with_the_sdk)
def prints_each_piece_as_it_arrives(lab: Lab) -> None:
    """prints each piece as it arrives"""
    lab.run(OPENAI, False).shows_each_piece_as_it_arrives()


@check(points=2, after=asks_for_one_stream_with_the_sdk)
def returns_the_text(lab: Lab) -> None:
    """returns the full text"""
    run = lab.run(OPENAI, False)
    run.same("text", run.record.reply.text, text_of(run))


@check(points=2, after=asks_for_one_stream_with_the_sdk)
def asks_for_usage_when_told_to(lab: Lab) -> None:
    """asks for usage when told to, and only then"""
    for told in (False, True):
        run = lab.run(OPENAI, told)
        run.asks_once_for_a_stream(sdk=True)
        asked = asks_for_usage(json.loads(run.record.timeline.first("request")["body"]))
        if asked is not told:
            words = {
                True: 'stream_options={"include_usage": true} in the request',
                False: "no stream_options in the request",
            }
            run.fail("requests", words[told], words[asked], id="never-asks-usage" if told else "always-asks-usage")


@check(points=2, after=(returns_the_text, asks_for_usage_when_told_to))
def returns_the_usage(lab: Lab) -> None:
    """returns the usage that the server sent, and None when not asked for"""
    for told in (True, False):
        run = lab.run(OPENAI, told)
        run.same("text", run.record.reply.text, text_of(run))
        usage_is_right(run)
        run.shows_each_piece_as_it_arrives()


def _finds_usage(lab: Lab, scenario: Scenario) -> None:
    run = lab.run(scenario, True)
    run.same("text", run.record.reply.text, text_of(run))
    usage_is_right(run)
    run.shows_each_piece_as_it_arrives()


@check(points=1, after=returns_the_usage)
def copes_with_empty_choices_first(lab: Lab) -> None:
    """copes with a first chunk whose choices are empty (Azure)"""
    _finds_usage(lab, AZURE)
    run = lab.run(AZURE, False)
    run.same("text", run.record.reply.text, text_of(run))
    usage_is_right(run)


@check(points=1, after=returns_the_usage)
def finds_usage_on_a_content_chunk(lab: Lab) -> None:
    """finds the usage on the last content chunk (Mistral, DeepSeek)"""
    _finds_usage(lab, MISTRAL)


@check(points=1, after=returns_the_usage)
def keeps_the_usage_it_has(lab: Lab) -> None:
    """keeps the usage when a chunk without one comes after it"""
    _finds_usage(lab, AFTER)


@check(points=1, after=returns_the_usage)
def takes_the_last_running_total(lab: Lab) -> None:
    """takes the last of a running total"""
    _finds_usage(lab, RUNNING)


@check(points=1, after=returns_the_usage)
def returns_none_when_there_is_none(lab: Lab) -> None:
    """returns None when it asked and none was sent"""
    _finds_usage(lab, NEVER)


@check(points=1, after=returns_the_usage)
def reads_a_real_reply(lab: Lab) -> None:
    """reads a real reply and its usage"""
    _finds_usage(lab, RECORDED)
