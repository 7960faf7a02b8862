"""What must hold for challenge 03. Wrong types are ones that pydantic does not coerce."""

import json

from grader.checking import Lab, Run, Scenario, check
from grader.stream import cut
from grader.timeline import Moment

RECIPE = Scenario("recipe", "a valid recipe", "recipe", finish="stop")
RECORDED = Scenario(
    "recorded", "a real reply", "recorded", cut=cut.several_events_a_read, finish="stop", trait="recorded"
)
CUT_OFF = Scenario("cut-off", "cut off by `length`", "cut-off", finish="length", trait="cut-off")
WRONG_TYPES = Scenario(
    "wrong-types", "words where a number and a list belong", "wrong-types", finish="stop", trait="wrong-types"
)
BOUNDS = Scenario("out-of-bounds", "more servings than allowed", "out-of-bounds", finish="stop", trait="out-of-bounds")
WRONG_MINUTES = Scenario(
    "wrong-minutes", "words where the minutes belong", "wrong-minutes", finish="stop", trait="wrong-types"
)
MISSING = Scenario(
    "missing-minutes", "one of the keys is not there", "missing-minutes", finish="stop", trait="wrong-types"
)
NO_TIME = Scenario("no-minutes", "minutes is 0", "no-minutes", finish="stop", trait="out-of-bounds")
NO_TITLE = Scenario("empty-title", "the title is empty", "empty-title", finish="stop", trait="out-of-bounds")
NO_LIST = Scenario("no-ingredients", "the list is empty", "no-ingredients", finish="stop", trait="out-of-bounds")
END_KEPT_BACK = Scenario(
    "end-kept-back",
    "all of the text has come, and the end has not",
    "recipe",
    finish="stop",
    keeps_back=lambda reply: reply.last_content + 1,
)
REFUSAL = Scenario("refusal", "a refusal, and no content", "refusal", finish="stop", trait="refusal")
MORE = Scenario("more-text", "a whole object, then more text", "more-text", finish="stop", trait="more-text")
PARAGRAPHS = Scenario(
    "more-paragraphs", "a whole object, then a paragraph of text", "more-paragraphs", finish="stop", trait="more-text"
)
REASONING = Scenario("reasoning", "reasoning_content before the answer", "reasoning", finish="stop", trait="reasoning")
REASONING_GROQ = Scenario(
    "reasoning-groq", "reasoning before the answer", "reasoning-groq", finish="stop", trait="reasoning"
)


def returns_the_recipe(run: Run) -> None:
    value = run.ends_well()
    is_model = isinstance(value, dict) and value.get("$") == "model" and value.get("given") is True
    if not is_model:
        run.fail(
            "type",
            "a Recipe, the class of your file",
            value,
            id="wrong-return-type" if value is None else "not-a-recipe",
        )
    run.same("recipe", json.loads(run.record.reply.text), value["fields"])


def refuses(run: Run) -> None:
    """A ValueError comes out. The SDK's `.stream()` helper raises its own error where `length` cut the reply."""
    run.loads()
    run.asks_once()
    outcome = run.record.outcome
    if outcome.kind == "returned":
        run.fail("accepted", "a ValueError", outcome.value)
    if outcome.kind != "raised":
        run.ends_well()
    mro = outcome.error.get("mro", [])
    helper = run.record.reply.finish_reason == "length" and "openai.LengthFinishReasonError" in mro
    if not helper and "builtins.ValueError" not in mro:
        run.fail("refusal", "a ValueError", f"{outcome.error.get('type')}: {outcome.error.get('message')}")


@check(points=2)
def asks_for_one_stream(lab: Lab) -> None:
    """sends one request for a stream, with the key, MODEL and the prompt"""
    lab.run(RECIPE).asks_once_for_a_stream()


@check(points=3, after=asks_for_one_stream)
def prints_each_piece_as_it_arrives(lab: Lab) -> None:
    """prints each piece as it arrives"""
    lab.run(RECIPE).shows_each_piece_as_it_arrives()


@check(points=3, after=asks_for_one_stream)
def returns_a_recipe(lab: Lab) -> None:
    """returns the Recipe that was streamed"""
    returns_the_recipe(lab.run(RECIPE))


@check(points=1, after=returns_a_recipe)
def refuses_wrong_types(lab: Lab) -> None:
    """lets a ValueError out when types are wrong"""
    for scenario in (WRONG_TYPES, WRONG_MINUTES, MISSING):
        refuses(lab.run(scenario))


@check(points=1, after=returns_a_recipe)
def refuses_values_out_of_bounds(lab: Lab) -> None:
    """lets a ValueError out when a value is out of bounds"""
    for scenario in (BOUNDS, NO_TIME, NO_TITLE, NO_LIST):
        refuses(lab.run(scenario))


@check(points=1, after=returns_a_recipe)
def refuses_what_was_cut_off(lab: Lab) -> None:
    """lets a ValueError out when the answer was cut off"""
    refuses(lab.run(CUT_OFF))


@check(points=1, after=returns_a_recipe)
def refuses_a_refusal(lab: Lab) -> None:
    """lets a ValueError out when the model refused"""
    refuses(lab.run(REFUSAL))


@check(points=1, after=returns_a_recipe)
def refuses_more_text(lab: Lab) -> None:
    """lets a ValueError out when more text follows the object"""
    for scenario in (MORE, PARAGRAPHS):
        refuses(lab.run(scenario))


@check(points=1, after=returns_a_recipe)
def leaves_reasoning_out(lab: Lab) -> None:
    """leaves reasoning out of the text, whatever it is called"""
    for scenario in (REASONING, REASONING_GROQ):
        run = lab.run(scenario)
        run.shows_each_piece_as_it_arrives()
        returns_the_recipe(run)


@check(points=1, after=returns_a_recipe)
def reads_a_real_reply(lab: Lab) -> None:
    """reads a real reply"""
    returns_the_recipe(lab.run(RECORDED))


@check(points=2, after=returns_a_recipe)
def validates_only_the_whole(lab: Lab) -> None:
    """validates once the stream has ended, and not before"""
    run = lab.run(RECIPE)
    last = next(m for m in run.record.timeline.of("write") if m["events"] > run.record.reply.last_content)
    none_before(run, last.at, "the last piece has come")
    run = lab.run(END_KEPT_BACK)
    waited = run.record.timeline.first("unlinger")
    if waited is not None:
        none_before(run, waited.at, "the stream has ended")


def none_before(run: Run, at: float, when: str) -> None:
    """No validation was tried before that moment of the run."""
    notes = [m for m in run.record.timeline.of("note") if m["what"] == "validates" and m.at < at]
    tried = [note for note in notes if is_of_the_stream(run, note)]
    if tried:
        size = len(tried[0]["text"] or "")
        of = f"{size} characters" if size else "what was parsed"
        run.fail("too-early", f"no validation before {when}", f"one was tried on {of}")


def is_of_the_stream(run: Run, note: Moment) -> bool:
    """Was it the text that was validated, or what was parsed from it? A default made beforehand is another matter."""
    text = run.record.reply.text
    made_of = [note["text"]] if note["text"] is not None else note["values"]
    return any(part.strip() and part.strip() in text for part in made_of)
