"""What must hold for challenge 06: the answer on the screen, the reasoning beside it. All streams end with `stop`."""

from grader.checking import Case, Lab, Run, Scenario, as_json, check, evidence
from grader.diagnosis import experiments
from grader.replay.seen import plain
from grader.running import Record
from grader.stream import cut
from grader.stream.reply import REASONING_FIELDS

PLAIN = Scenario("plain", "no reasoning at all", "plain")
CONTENT = Scenario("reasoning-content", "reasoning as `reasoning_content`", "reasoning-content", trait="reasoning")
GROQ = Scenario("reasoning", "reasoning as `reasoning`", "reasoning", trait="reasoning")
MIXED = Scenario("mixed", "one chunk with reasoning and content", "mixed", trait="mixed")
BETWEEN = Scenario("between", "reasoning between two pieces of the answer", "between", trait="between")
RECORDED = Scenario(
    "recorded", "a real reply with its real reads", "recorded", cut=cut.several_events_a_read, finish="stop",
    trait="recorded",
)  # fmt: skip

GIVEAWAY = 12  # letters of the reasoning in a row
LEAST = 4  # letters of a piece that is more than a syllable


def pair(run: Run) -> tuple[str, str]:
    value = run.ends_well()
    items = as_json(value)
    run.right_type(isinstance(items, list) and len(items) == 2, "a tuple (answer, reasoning)")
    run.right_type(all(isinstance(item, str) for item in items), "two texts: a str is due for both, also where empty")
    return items[0], items[1]


def keeps_them_apart(run: Run) -> None:
    """The answer and the reasoning come back whole, the one was shown as it came, and the other was not."""
    reply, (answer, reasoning) = run.record.reply, pair(run)
    run.same("text", reply.text, answer)
    run.same("reasoning", reply.reasoning, reasoning)
    hides_the_reasoning(run)
    run.shows_each_piece_as_it_arrives()


def hides_the_reasoning(run: Run) -> None:
    output = run.record.stdout.decode("utf-8", "replace")
    shown = reasoning_shown(output, run.record.reply.thoughts, run.record.reply.text)
    if shown:
        run.fail("shown", "the answer alone on the screen", f"the reasoning, too: {shown!r}", id="shows-reasoning")


def reasoning_shown(output: str, thoughts: list[str], answer: str) -> str:
    """What of the reasoning stands in the output: a stretch of it, or half of its longer pieces; "" where it does not.

    A single word says nothing: the answer, or a line that tells what is going on, may hold it, too.
    """
    out, said, thought = letters(output), letters(answer), letters("".join(thoughts))
    stretches = (thought[start : start + GIVEAWAY] for start in range(len(thought) - GIVEAWAY + 1))
    stretch = next((stretch for stretch in stretches if stretch in out and stretch not in said), "")
    if stretch:
        return stretch
    telling = [thought for thought in thoughts if len(letters(thought)) >= LEAST and letters(thought) not in said]
    shown = [thought for thought in telling if letters(thought) in out]
    return "".join(shown)[:40] if telling and 2 * len(shown) >= len(telling) else ""


def letters(text: str) -> str:
    """In any case: who shouts the reasoning shows it, too."""
    return plain(text).casefold()


@check(points=2)
def asks_for_one_stream(lab: Lab) -> None:
    """sends one request for a stream, with the key, MODEL and the prompt"""
    lab.run(PLAIN).asks_once_for_a_stream()


@check(points=3, after=asks_for_one_stream)
def prints_the_answer_as_it_arrives(lab: Lab) -> None:
    """prints the answer as it arrives"""
    lab.run(PLAIN).shows_each_piece_as_it_arrives()


@check(points=2, after=asks_for_one_stream)
def copes_without_reasoning(lab: Lab) -> None:
    """returns the answer, and "" where there is no reasoning"""
    run = lab.run(PLAIN)
    answer, reasoning = pair(run)
    run.same("text", run.record.reply.text, answer)
    run.same("reasoning", "", reasoning)


@check(points=2, after=copes_without_reasoning)
def sets_reasoning_content_aside(lab: Lab) -> None:
    """sets aside what comes as `reasoning_content` (DeepSeek, xAI, llama.cpp)"""
    keeps_them_apart(lab.run(CONTENT))


@check(points=2, after=copes_without_reasoning)
def sets_reasoning_aside(lab: Lab) -> None:
    """sets aside what comes as `reasoning` (Groq, Ollama, OpenRouter)"""
    keeps_them_apart(lab.run(GROQ))


@check(points=2, after=(sets_reasoning_content_aside, sets_reasoning_aside))
def takes_both_from_one_chunk(lab: Lab) -> None:
    """takes both from a chunk that carries reasoning and content"""
    keeps_them_apart(lab.run(MIXED))


@check(points=1, after=sets_reasoning_content_aside)
def goes_on_when_the_model_thinks_again(lab: Lab) -> None:
    """goes on where the model thinks again between two pieces of its answer"""
    keeps_them_apart(lab.run(BETWEEN))


@check(points=1, after=sets_reasoning_content_aside)
def reads_a_real_reply(lab: Lab) -> None:
    """reads a real reply"""
    keeps_them_apart(lab.run(RECORDED))


# -- evidence ------------------------------------------------------------------------------------------------------


def returned_pair(value: object) -> list[object]:
    items = as_json(value)
    return items if isinstance(items, list) and len(items) == 2 else []


@evidence("the two came back in the other order")
def swapped(case: Case) -> bool:
    """The reasoning stands first in the tuple, the answer second."""
    return returned_pair(case.record.outcome.value) == [case.reply.reasoning, case.reply.text]


@evidence("the reasoning stands in the answer, too")
def in_the_answer(case: Case) -> bool:
    """What came back as the answer holds a stretch of the reasoning."""
    answer = (returned_pair(case.record.outcome.value) or [None])[0]
    return isinstance(answer, str) and bool(reasoning_shown(answer, case.reply.thoughts, case.reply.text))


@evidence("with the two names exchanged it takes the reasoning")
def knows_the_other_name(case: Case) -> bool:
    """Experiment: the same stream, with `reasoning` in place of `reasoning_content` or the other way round."""
    record = case.again("other-name", edit=experiments.other_name_of_reasoning)
    return returned_pair(record.outcome.value)[1:] == [record.reply.reasoning]


@evidence("with a text in every field of reasoning it does well")
def fails_only_where_there_is_no_reasoning(case: Case) -> bool:
    """Experiment: the same stream with both names in each delta, "" where there was no reasoning. Only then the answer
    is shown, and both texts come back."""
    if does_well(case.record):
        return False  # but for when it shows the answer
    return does_well(case.again("reasoning-everywhere", edit=experiments.reasoning_everywhere))


def does_well(record: Record) -> bool:
    pair = returned_pair(record.outcome.value) if record.outcome.kind == "returned" else []
    return pair == [record.reply.text, record.reply.reasoning] and record.shown > record.reply.last_content


@evidence("a field of reasoning is null")
def null_reasoning(case: Case) -> bool:
    """Some of this stream's deltas have `reasoning_content` or `reasoning`, and no text in it."""
    return any(delta.get(name, "") is None for delta in case.reply.deltas for name in REASONING_FIELDS)


@evidence("the chunk with both is missing there")
def lacks_the_mixed_chunk(case: Case) -> bool:
    """Right but for what the chunk with reasoning and content brought."""
    reply = case.reply
    both = [i for i, piece in enumerate(reply.pieces) if piece and reply.thoughts[i]]
    of = reply.pieces if case.field == "text" else reply.thoughts
    return bool(both) and case.actual == "".join(piece for i, piece in enumerate(of) if i not in both)


@evidence("with reasoning and content in deltas of their own it takes both")
def fails_only_where_both_are(case: Case) -> bool:
    """Experiment: the same stream, no delta of which has both fields, not even an empty one or null."""
    return does_well(case.again("apart", edit=experiments.reasoning_apart))


@evidence("what was thought after the answer had begun is missing there")
def lacks_later_thoughts(case: Case) -> bool:
    """The reasoning that came before the first content is all there is."""
    begins = next((i for i, piece in enumerate(case.reply.pieces) if piece), 0)
    before = "".join(case.reply.thoughts[:begins])
    return before != case.reply.reasoning and case.actual == before


@evidence("only white space differs there")
def differs_in_space(case: Case) -> bool:
    """What came back and what was sent are the same but for white space."""
    return "".join(str(case.actual).split()) == "".join(str(case.expected).split())


@evidence('"None" stands in the reasoning')
def none_in_reasoning(case: Case) -> bool:
    """The text is what comes out if a field that is null, or missing, is turned into text."""
    made = ["".join(str(delta.get(name)) for delta in case.reply.deltas) for name in REASONING_FIELDS]
    return "None" in str(case.actual) and case.actual in [*made, *(text.replace("None", "", 1) for text in made)]
