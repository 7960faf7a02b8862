"""What must hold for challenge 07. What `allowed` answers is known to the grader alone; the program has to ask."""

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from grader.checking import Asks, Case, Lab, Run, Scenario, check, evidence
from grader.replay.seen import bare
from grader.running import Record
from grader.scenario import Judge
from grader.stream import cut
from grader.stream.reply import Reply
from grader.timeline import Moment

ALLOWED = Asks("allowed")
LEAST = 4  # letters of a piece that give a reply away


def allows_all(reply: Reply) -> Judge:
    return lambda text: True


def forbids_what_is_split(reply: Reply) -> Judge:
    """A phrase that is whole in no chunk: the end of one, all of the next, the beginning of a third."""
    late = range(reply.last_content // 2, reply.last_content)
    middle = next(i for i in late if len(reply.pieces[i].strip()) >= LEAST)
    before, this, after = reply.pieces[middle - 1 : middle + 2]
    phrase = before[-3:] + this + after[:3]
    return lambda text: phrase not in text


def forbids_a_word(reply: Reply) -> Judge:
    """A word that is a chunk of its own, and only the beginning of a longer one in the sentence."""
    pairs = zip(reply.pieces, reply.pieces[1:], strict=False)
    word = next(a.strip() for a, b in pairs if len(a.strip()) >= LEAST and a.strip().isalpha() and b[:1].isalpha())
    alone = re.compile(rf"\b{word}\b", re.IGNORECASE)
    return lambda text: text == reply.text or alone.search(text) is None


PLAIN = Scenario("plain", "a reply that is allowed", "plain", finish="stop", hold=False, judge=allows_all)
SPLIT = replace(
    PLAIN, id="split-phrase", title="the forbidden phrase is split over chunks", judge=forbids_what_is_split,
    trait="blocked",
)  # fmt: skip
HARMLESS = replace(
    PLAIN, id="harmless-chunk", title="a chunk looks forbidden, and is harmless in its sentence", fixture="harmless",
    judge=forbids_a_word, trait="harmless-chunk",
)  # fmt: skip
RECORDED = replace(
    PLAIN, id="recorded", title="a real reply with its real reads", fixture="recorded",
    cut=cut.several_events_a_read, trait="recorded",
)  # fmt: skip


# -- what was asked ------------------------------------------------------------------------------------------------


def asks_once_about_the_whole(run: Run) -> None:
    texts = [moment["about"] for moment in run.record.timeline.of("ask")]
    whole = run.record.reply.text
    if not texts:
        if run.record.outcome.error.get("held") is None:
            run.ends_well()
        run.fail("guard", "allowed(…) called once, with the whole text", "it was never called", id="ignores-guard")
    if len(texts) > 1:
        of_parts = any(isinstance(text, str) and text in whole and text != whole for text in texts)
        seen = f"called {len(texts)} times, with {', '.join(repr(str(text)[:20]) for text in texts[:3])} …"
        run.fail(
            "guard", "allowed(…) called once, with the whole text", seen,
            id="guards-pieces" if of_parts else "guard-asked-twice",
        )  # fmt: skip
    if texts[0] != whole:
        run.fail("guard", whole, texts[0], field="text")


@evidence("it asked about one of the pieces, or a few of the first")
def asked_about_a_part(case: Case) -> bool:
    """What `allowed` was called with is a chunk's text, or ends with a chunk that is not the last but one."""
    beginnings = ["".join(case.reply.pieces[:count]) for count in range(1, case.reply.last_content)]
    return case.actual in [*beginnings, *case.reply.pieces]


@evidence("the whole text came back")
def has_the_whole(case: Case) -> bool:
    """It was read and put together rightly: only the question was about another text."""
    return bool(case.record.outcome.value == case.reply.text)


# -- what was shown ------------------------------------------------------------------------------------------------


def letters(text: str) -> str:
    """In any case: who shouts a reply shows it, too."""
    return bare(text).casefold()


def pieces_in(record: Record, out: str) -> set[str]:
    """Pieces of the run's reply that stand in the output. What the prompt says is left out."""
    text = letters(out).replace(letters(str(record.call.args[0])), "")
    return {bare(piece) for piece in record.reply.pieces if len(bare(piece)) >= LEAST and letters(piece) in text}


def until_the_verdict(run: Run) -> list[Moment]:
    """What happened until `allowed` gave its answer. Other threads are given the time to show what they have to."""
    moments = run.record.timeline.moments
    return moments[: next((i for i, moment in enumerate(moments) if moment.kind == "ask"), len(moments))]


def before_the_verdict(run: Run) -> str:
    """What was on stdout by then."""
    return _text(moment["data"] for moment in until_the_verdict(run) if moment.kind == "stdout")


def all_of_it(run: Run) -> str:
    return _text([run.record.stdout])


def _text(output: Iterable[bytes]) -> str:
    return b"".join(output).decode("utf-8", "replace")


def leaked(lab: Lab, run: Run, shown: Callable[[Run], str]) -> str:
    """A piece of the reply that is in the output, and not in the output for another reply; "" where there is none.

    A line that says what the program is doing may hold a word of a reply by chance; it says the same of another.
    """
    found = pieces_in(run.record, shown(run))
    if not found:
        return ""
    again = lab.run(replace(run.record.scenario, id=f"{run.record.scenario.id}/another"), ALLOWED)
    other = letters(shown(again))
    return min((piece for piece in found if letters(piece) not in other), default="")


@evidence("it was printed before `allowed` was called")
def printed_too_early(case: Case) -> bool:
    """The piece that is on the screen had been written by then, and lay inside the process until later."""
    written = [moment["text"] for moment in until_the_verdict(Run(case.record)) if is_output(moment)]
    return ast.literal_eval(case.actual) in pieces_in(case.record, "".join(written))


def is_output(moment: Moment) -> bool:
    return moment.kind == "note" and moment["what"] == "wrote"


def returns_and_shows_it(run: Run) -> None:
    held = run.record.outcome.error.get("held")
    if held is not None:  # it was asked once, about the whole, and said yes
        run.fail("guard", "the text, printed and returned", "Blocked", id="blocks-allowed")
    value = run.ends_well()
    run.right_type(isinstance(value, str), "the text, a str")
    run.same("text", run.record.reply.text, value)
    if not run.shown_at_the_end():
        run.fail("shown", "the text on the screen", "it is not there, or not all of it", id="allowed-not-shown")


@check(points=2)
def asks_for_one_stream(lab: Lab) -> None:
    """sends one request for a stream, with the key, MODEL and the prompt"""
    lab.run(PLAIN, ALLOWED).asks_once_for_a_stream()


@check(points=3, after=asks_for_one_stream)
def asks_about_the_whole_text_once(lab: Lab) -> None:
    """asks `allowed` once, about the whole text"""
    asks_once_about_the_whole(lab.run(PLAIN, ALLOWED))


@check(points=3, after=asks_about_the_whole_text_once)
def shows_nothing_before_the_verdict(lab: Lab) -> None:
    """shows nothing of the reply before the verdict"""
    run = lab.run(PLAIN, ALLOWED)
    piece = leaked(lab, run, before_the_verdict)
    if piece:
        run.fail("shown", "nothing of the reply before allowed(…) was called", f"{piece!r}", id="shows-before-guard")


@check(points=2, after=asks_about_the_whole_text_once)
def prints_and_returns_what_is_allowed(lab: Lab) -> None:
    """prints and returns a text that is allowed"""
    returns_and_shows_it(lab.run(PLAIN, ALLOWED))


@check(points=3, after=asks_about_the_whole_text_once)
def blocks_what_is_not_allowed(lab: Lab) -> None:
    """raises Blocked, and shows nothing, when a phrase that is split over chunks is not allowed"""
    run = lab.run(SPLIT, ALLOWED)
    run.asks_once()
    asks_once_about_the_whole(run)
    outcome = run.record.outcome
    text = run.record.reply.text
    if outcome.kind == "returned" and outcome.value == text and run.shown_at_the_end():
        run.fail("guard", "Blocked", "the text, printed and returned as if it were allowed", id="ignores-guard")
    if outcome.kind not in ("returned", "raised"):
        run.ends_well()
    piece = leaked(lab, run, all_of_it)
    if piece:
        run.fail("shown", "nothing of the reply on the screen", f"{piece!r}", field="blocked")
    if outcome.kind == "returned" and isinstance(outcome.value, str) and text in outcome.value:
        run.fail("guard", "Blocked", outcome.value, id="shows-blocked")
    if outcome.error.get("held") is None:
        seen = outcome.value if outcome.kind == "returned" else f"{outcome.error['type']}: {outcome.error['message']}"
        run.fail("guard", "Blocked, the class of your file", seen, id="blocked-not-raised")


@check(points=2, after=prints_and_returns_what_is_allowed)
def lets_a_harmless_chunk_pass(lab: Lab) -> None:
    """shows a reply in which a chunk only looks forbidden"""
    run = lab.run(HARMLESS, ALLOWED)
    asks_once_about_the_whole(run)
    returns_and_shows_it(run)


@check(points=1, after=prints_and_returns_what_is_allowed)
def guards_a_real_reply(lab: Lab) -> None:
    """does it all on a real reply"""
    run = lab.run(RECORDED, ALLOWED)
    asks_once_about_the_whole(run)
    returns_and_shows_it(run)
