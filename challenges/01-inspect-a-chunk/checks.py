"""What must hold for challenge 01. Why it does not, when it does not, is grader/diagnosis' business."""

from grader.checking import Lab, Run, Scenario, as_json, check
from grader.stream import cut

PLAIN = Scenario("plain", "one event a read, nothing unusual", "plain", finish="stop")
LENGTH = Scenario("length", "the same, cut off by `length`", "plain", finish="length")
GAPS = Scenario("gaps", "content absent, null or empty in some deltas", "gaps", trait="gaps")
COMMENTS = Scenario("comments", "comment lines between the events", "comments", trait="comments")
SEVERAL = Scenario(
    "several-events", "two or three events in one read", "plain", cut=cut.several_events_a_read, trait="several-events"
)
LINES = Scenario("lines-cut", "every event cut inside its JSON", "plain", cut=cut.inside_a_line, trait="lines-cut")
RECORDED = Scenario(
    "recorded", "a real reply with its real reads", "recorded", cut=cut.several_events_a_read, trait="recorded"
)
ACCENTS = Scenario("accents", "letters of two, three and four bytes", "accents", trait="accents")
CHARACTERS = Scenario(
    "characters-cut", "letters cut between two reads", "accents", cut=cut.inside_a_character, trait="characters-cut"
)
CRLF = Scenario(
    "crlf", "lines that end in CRLF, some cut between CR and LF", "crlf", cut=cut.inside_a_crlf, trait="crlf"
)
U2028 = Scenario("unicode-lines", "U+2028 inside the text", "unicode-lines", trait="unicode-lines")
DATA = Scenario("data-in-text", "a text that contains `data: `", "data-in-text", trait="data-in-text")
STAYS_OPEN = Scenario("stays-open", "the connection stays open after [DONE]", "plain", stays_open=True)


def part(run: Run, name: str) -> object:
    """One entry of the returned dict."""
    value = as_json(run.ends_well())
    wanted = {"deltas": list, "text": str, "finish_reason": object}
    run.right_type(
        isinstance(value, dict) and "$" not in value, 'a dict {"deltas": [...], "text": "...", "finish_reason": "..."}'
    )
    run.right_type(set(wanted) <= set(value), f"the keys {', '.join(wanted)}", f"the keys {', '.join(value)}")
    kind = wanted[name].__name__
    run.right_type(isinstance(value[name], wanted[name]), f"a {kind} under {name!r}", {name: value[name]})
    return value[name]


def reads_right(run: Run) -> None:
    """All that is asked for, on one stream."""
    run.same("text", run.record.reply.text, part(run, "text"))
    run.same("deltas", run.record.reply.deltas, part(run, "deltas"))
    run.same("finish_reason", run.record.reply.finish_reason, part(run, "finish_reason"))
    run.shows_each_piece_as_it_arrives()


@check(points=2)
def asks_for_one_stream_by_hand(lab: Lab) -> None:
    """sends one request for a stream, by hand, with the key, MODEL and the prompt"""
    lab.run(PLAIN).asks_once_for_a_stream(sdk=False)


@check(points=3, after=asks_for_one_stream_by_hand)
def prints_every_chunk_as_it_arrives(lab: Lab) -> None:
    """prints every chunk as it arrives"""
    lab.run(PLAIN).shows_each_piece_as_it_arrives()


@check(points=2, after=asks_for_one_stream_by_hand)
def returns_the_text(lab: Lab) -> None:
    """returns the text: the contents put together"""
    run = lab.run(PLAIN)
    run.same("text", run.record.reply.text, part(run, "text"))


@check(points=2, after=asks_for_one_stream_by_hand)
def returns_every_delta(lab: Lab) -> None:
    """returns every delta, exactly as received"""
    run = lab.run(PLAIN)
    run.same("deltas", run.record.reply.deltas, part(run, "deltas"))


@check(points=2, after=asks_for_one_stream_by_hand)
def finds_the_finish_reason(lab: Lab) -> None:
    """finds the finish reason, `stop` or `length`"""
    for run in (lab.run(PLAIN), lab.run(LENGTH)):
        run.same("finish_reason", run.record.reply.finish_reason, part(run, "finish_reason"))


BASICS = (returns_the_text, returns_every_delta, finds_the_finish_reason)


@check(points=1, after=BASICS)
def copes_with_deltas_without_content(lab: Lab) -> None:
    """copes with deltas whose content is absent, null or empty"""
    reads_right(lab.run(GAPS))


@check(points=1, after=BASICS)
def ignores_comments(lab: Lab) -> None:
    """ignores comment lines between the events"""
    reads_right(lab.run(COMMENTS))


@check(points=1, after=BASICS)
def does_not_take_reads_for_events(lab: Lab) -> None:
    """finds the events whatever the network does to them"""
    for scenario in (SEVERAL, LINES, RECORDED):
        reads_right(lab.run(scenario))


@check(points=1, after=BASICS)
def reads_utf8(lab: Lab) -> None:
    """reads letters of several bytes as UTF-8"""
    reads_right(lab.run(ACCENTS))


@check(points=1, after=(reads_utf8, does_not_take_reads_for_events))
def keeps_characters_whole(lab: Lab) -> None:
    """keeps characters whole that two reads share"""
    reads_right(lab.run(CHARACTERS))


@check(points=1, after=(*BASICS, does_not_take_reads_for_events))
def knows_crlf(lab: Lab) -> None:
    """knows lines that end in CRLF"""
    reads_right(lab.run(CRLF))


@check(points=1, after=BASICS)
def cuts_at_line_ends_only(lab: Lab) -> None:
    """cuts lines at line ends only, not at U+2028"""
    reads_right(lab.run(U2028))


@check(points=1, after=BASICS)
def leaves_the_text_alone(lab: Lab) -> None:
    """leaves a text alone that contains `data: `"""
    reads_right(lab.run(DATA))


@check(points=1, after=BASICS)
def stops_at_done(lab: Lab) -> None:
    """stops at [DONE], though the connection stays open"""
    run = lab.run(STAYS_OPEN)
    run.stops_at_done()
    run.same("text", run.record.reply.text, part(run, "text"))
