"""What must hold for challenge 00-template. Each scenario is a fixture, and how it is played."""

from grader.checking import Lab, Scenario, check
from grader.stream import cut

PLAIN = Scenario("plain", "one event a read, nothing unusual", "plain", finish="stop")
SEVERAL = Scenario(
    "several-events", "two or three events in one read", "plain", cut=cut.several_events_a_read, trait="several-events"
)


def last_word(text: str) -> str:
    return text.split()[-1]


@check(points=2)
def asks_for_one_stream(lab: Lab) -> None:
    """sends one request for a stream, with the key, MODEL and the prompt"""
    lab.run(PLAIN).asks_once_for_a_stream()


@check(points=3, after=asks_for_one_stream)
def prints_each_piece_as_it_arrives(lab: Lab) -> None:
    """prints each piece as it arrives"""
    lab.run(PLAIN).shows_each_piece_as_it_arrives()


@check(points=3, after=asks_for_one_stream)
def returns_the_last_word(lab: Lab) -> None:
    """returns the last word of the whole text"""
    run = lab.run(PLAIN)
    run.same("last word", last_word(run.record.reply.text), run.ends_well())


@check(points=2, after=returns_the_last_word)
def does_not_take_reads_for_events(lab: Lab) -> None:
    """finds the events whatever the network does to them"""
    run = lab.run(SEVERAL)
    run.same("last word", last_word(run.record.reply.text), run.ends_well())
    run.shows_each_piece_as_it_arrives()
