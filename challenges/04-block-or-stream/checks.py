"""What must hold for challenge 04: a stream for a human, one silent blocking request for a program."""

from grader.checking import Lab, Run, Scenario, check
from grader.stream import cut

PLAIN = Scenario("plain", "one event a read, nothing unusual", "plain", finish="stop")
RECORDED = Scenario(
    "recorded", "a real reply with its real reads", "recorded", cut=cut.several_events_a_read, finish="stop",
    trait="recorded",
)  # fmt: skip


def text_of(run: Run) -> object:
    value = run.ends_well()
    run.right_type(isinstance(value, str), "the text, a str")
    return value


def prints_nothing(run: Run) -> None:
    """White space shows nothing to anybody."""
    run.ends_well()
    if run.record.stdout.strip():
        printed = run.record.stdout.decode("utf-8", "replace").strip()
        run.fail("shown", "nothing on the screen", printed, id="streams-to-program")


@check(points=2)
def asks_for_a_stream_for_a_human(lab: Lab) -> None:
    """for a human: sends one request for a stream, with the key, MODEL and the prompt"""
    lab.run(PLAIN, "human").asks_once_for_a_stream()


@check(points=3, after=asks_for_a_stream_for_a_human)
def prints_each_piece_for_a_human(lab: Lab) -> None:
    """for a human: prints each piece as it arrives"""
    lab.run(PLAIN, "human").shows_each_piece_as_it_arrives()


@check(points=2, after=asks_for_a_stream_for_a_human)
def returns_the_text_to_a_human(lab: Lab) -> None:
    """for a human: returns the full text"""
    run = lab.run(PLAIN, "human")
    run.same("text", run.record.reply.text, text_of(run))


@check(points=2)
def blocks_for_a_program(lab: Lab) -> None:
    """for a program: sends one blocking request, with the key, MODEL and the prompt"""
    lab.run(PLAIN, "program").asks_once_in_one_go()


@check(points=2, after=blocks_for_a_program)
def prints_nothing_for_a_program(lab: Lab) -> None:
    """for a program: prints nothing"""
    prints_nothing(lab.run(PLAIN, "program"))


@check(points=2, after=blocks_for_a_program)
def returns_the_text_to_a_program(lab: Lab) -> None:
    """for a program: returns the same text"""
    run = lab.run(PLAIN, "program")
    run.same("answer", run.record.reply.text, text_of(run))


@check(points=2, after=(prints_each_piece_for_a_human, returns_the_text_to_a_human, returns_the_text_to_a_program))
def does_well_on_a_real_reply(lab: Lab) -> None:
    """does both on a real reply"""
    human, program = lab.run(RECORDED, "human"), lab.run(RECORDED, "program")
    human.same("text", human.record.reply.text, text_of(human))
    human.shows_each_piece_as_it_arrives()
    program.same("answer", program.record.reply.text, text_of(program))
    prints_nothing(program)
