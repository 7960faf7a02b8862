"""What must hold for challenge 09. Everything is cut for real: reset, closed, and silent connections.

Where time decides, a failure counts only if the program fails with a longer patience, too: on a starved machine its own
timer may go off before it sees what came. Who waits for longer than its patience is proven to, by the kernel.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from grader.checking import Case, Lab, Run, Scenario, check, evidence
from grader.diagnosis import experiments
from grader.diagnosis.evidence import Mark, events_read, leaves_before
from grader.errors import GraderFault
from grader.running import Record
from grader.stream import faults
from grader.stream.body import Part
from grader.stream.reply import DONE
from grader.stream.script import Pause, Settle
from grader.timeline import Moment

Timed = Callable[[float], Scenario]  # of a patience

LONG = 20.0  # a patience that is never needed
SHORT = (0.25, 0.8, 1.2)  # for a silence that a right program ends: it waits so long
AWAKE = (0.4, 1.0, 1.2)  # for a reply that keeps coming: it takes longer in all
STEP = 0.35  # of patience, from one sign of life to the next; more than twice a patience in all, since a program that
COMMENTS, CRUMBS = 6, 7  # looks once in a patience, and hears events alone, must meet a time in which none came
SLOW = (2.4, 8.0)  # for one long pause
SOON_S = 0.5  # a silence that was ended later may have been ended by a limit that is not patience
GRAIN_S = 2.0  # a program may look at the clock as seldom as that

SO_FAR = faults.after_content(6)


def without_done(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.data != DONE]


def like(scenario: Scenario, id: str, title: str, **changes: Any) -> Scenario:
    return replace(scenario, id=id, title=title, **changes)


PLAIN = Scenario("plain", "`stop`, then [DONE]", "plain", finish="stop", hold=False, play=faults.closed_behind)

ONLY_DONE = like(PLAIN, "only-done", "[DONE], no finish reason", fixture="no-finish", finish=None, trait="no-finish")
JUST_ENDS = like(ONLY_DONE, "just-ends", "it just ends", edit=without_done)

LENGTH = like(PLAIN, "length", "the finish reason is `length`", finish="length", trait="finish")
FILTERED = like(LENGTH, "content-filter", "the finish reason is `content_filter`", finish="content_filter")
TOOLS = like(LENGTH, "tool-calls", "the finish reason is `tool_calls`", fixture="tool-calls", finish=None)

ERROR_EVENT = like(PLAIN, "error-event", "an error event", fixture="error-event", finish=None, trait="error")
ERROR_IN_CHUNK = like(ERROR_EVENT, "error-in-chunk", "an error in a chunk, then `stop`", fixture="error-in-chunk")

CLOSED = like(PLAIN, "closed", "the connection is closed", play=faults.broken(SO_FAR, "close"), trait="broken")
RESET = like(CLOSED, "reset", "the connection is reset", play=faults.broken(SO_FAR, "reset"))
CLOSED_INSIDE = like(CLOSED, "closed-inside", "closed in an event", play=faults.broken(SO_FAR, "close", inside=True))
RESET_INSIDE = like(CLOSED, "reset-inside", "reset in an event", play=faults.broken(SO_FAR, "reset", inside=True))

NO_DONE = like(PLAIN, "no-done", "`stop`, and no [DONE]", edit=without_done)
STOP_CLOSED = like(PLAIN, "stop-closed", "`stop`, then closed", play=faults.broken(faults.after_finish, "close"))
STOP_RESET = like(PLAIN, "stop-reset", "`stop`, then reset", play=faults.broken(faults.after_finish, "reset"))


def silence(patience: float) -> Scenario:
    play = faults.silent(SO_FAR, patience, GRAIN_S - patience)
    return like(PLAIN, "silence", "nothing more comes", play=play, trait="silence")


def stop_silence(patience: float) -> Scenario:
    play = faults.silent(faults.after_finish, patience, GRAIN_S - patience)
    return like(PLAIN, "stop-silence", "`stop`, then nothing more comes", play=play)


def pause(patience: float) -> Scenario:
    play = faults.paused(SO_FAR, 0.3 * patience)
    return like(PLAIN, "pause", "one pause, shorter than patience", play=play, trait="pause")


def comments(patience: float) -> Scenario:
    play = faults.kept_awake(SO_FAR, STEP * patience, COMMENTS)
    return like(PLAIN, "comments", "for a while only comments come", play=play, trait="kept-awake")


def crumbs(patience: float) -> Scenario:
    play = faults.dribbled(SO_FAR, STEP * patience, CRUMBS)
    return like(PLAIN, "crumbs", "one event comes in small parts", play=play, trait="dribbled")


CUT = (ONLY_DONE, JUST_ENDS, LENGTH, FILTERED, TOOLS, ERROR_EVENT, ERROR_IN_CHUNK)
BROKEN = (CLOSED, RESET, CLOSED_INSIDE, RESET_INSIDE)


def all_at_once(lab: Lab) -> None:
    """What mostly waits comes first; the rest is played meanwhile. One that does not come back is not tried further."""
    lab.together((JUST_ENDS, LONG), (ONLY_DONE, LONG))
    if any(record.outcome.kind in ("stuck", "slow", "killed") for record in lab.records):
        return
    timed = ((comments, AWAKE), (crumbs, AWAKE), (pause, SLOW), (silence, SHORT), (stop_silence, SHORT))
    others = (RESET, RESET_INSIDE, STOP_RESET, *CUT, *BROKEN, NO_DONE, STOP_CLOSED)
    lab.together(*((of(first), first) for of, (first, *_) in timed), *((scenario, LONG) for scenario in others))


# -- what came out -------------------------------------------------------------------------------------------------


def sent_so_far(record: Record) -> str:
    """The text of the events that were whole before the cut."""
    befalls_half = record.scenario.trait in ("broken", "silence")
    return "".join(record.reply.pieces[: SO_FAR(record.reply)]) if befalls_half else record.reply.text


def held(record: Record) -> dict[str, object] | None:
    """What the CutShort that came out holds; None where it was none."""
    found = record.outcome.error.get("held")
    return found if isinstance(found, dict) else None


def ended_at(run: Run) -> Mark:
    return max(0, events_read(run.record) - 1), "so far the reply had come when the program ended"


def silent_behind(run: Run, waited: Moment) -> Mark:
    before = [moment["events"] for moment in run.record.timeline.of("write") if moment.at < waited.at]
    return max(0, before[-1] - 1), "nothing came after this, and the program waited on"


def is_cut_short(run: Run) -> None:
    """CutShort came out, whatever it holds."""
    run.loads()
    run.asks_once()
    outcome = run.record.outcome
    if outcome.kind == "returned":
        run.fail("cut", "CutShort", outcome.value, field="returned", mark=ended_at(run))
    if outcome.kind != "raised":
        run.ends_well()
    if held(run.record) is None:
        run.fail("cut", "CutShort, the class of your file", raised(run), field="exception", mark=ended_at(run))


def raised(run: Run) -> str:
    error = run.record.outcome.error
    hidden = f" (while handling {error['cause']}: {error['cause_message']})" if error.get("cause") else ""
    return f"{error.get('type')}: {error.get('message')}{hidden}"


def is_complete(run: Run) -> None:
    """The text came back."""
    run.loads()
    run.asks_once()
    if run.record.outcome.kind == "raised":
        run.fail("complete", run.record.reply.text, raised(run), field="exception", mark=ended_at(run))
    value = run.ends_well()
    run.right_type(isinstance(value, str), "the text, a str")
    run.same("text", run.record.reply.text, value)


def asked_once(record: Record) -> bool:
    return len(list(record.timeline.of("request"))) == 1


def is_rightly_cut(record: Record) -> bool:
    return asked_once(record) and (held(record) or {}).get("text") == sent_so_far(record)


def is_right(record: Record) -> bool:
    returned = record.outcome.kind == "returned" and bool(record.outcome.value == record.reply.text)
    return returned and asked_once(record)


# -- time ----------------------------------------------------------------------------------------------------------


def waits_on(run: Run) -> Moment | None:
    """The end of a silence through which the program waited, until the server gave in."""
    ended = run.record.timeline.first("unlinger")
    return ended if ended is not None and ended["why"] == "idle" else None


def ended_after(run: Run) -> float:
    """How long the server had sent nothing when the program left, in seconds, or a little more."""
    moments = list(run.record.timeline.of("write", "unlinger", "gone"))
    end = next((i for i, moment in enumerate(moments) if moment.kind != "write"), None)
    return moments[end].at - moments[end - 1].at if end else 0.0


def after(lab: Lab, of: Timed, right: Callable[[Record], bool]) -> Run:
    """The run with such a silence. One that ended otherwise than it should is played again with more patience."""
    for patience in SHORT:
        run = lab.run(of(patience), patience)
        if waits_on(run) or right(run.record):
            break
    return run


def longest_silence(run: Run, *until: Any) -> float:
    """Seconds between two writes of the server, or (`until`: "outcome") from the last one to the end of the run.

    In the first reply: when a program asks again is its own doing, and tells nothing of the machine.
    """
    found = list(run.record.timeline.of("request", "headers", "write", *until))
    again = [i for i, moment in enumerate(found) if moment.kind == "request"][1:]
    moments = [moment.at for moment in found[: again[0] if again else len(found)]]
    return max((later - earlier for earlier, later in itertools.pairwise(moments)), default=0.0)


def is_patient(lab: Lab, of: Timed, patiences: Sequence[float]) -> None:
    """The text came back, with one of these. Raises GraderFault where the machine is too busy to tell."""
    failed = None
    for patience in patiences:
        run = lab.run(of(patience), patience)
        if is_right(run.record):
            return
        if longest_silence(run) < 0.5 * patience:  # else the server itself did not send in time
            failed = run
    if failed is None:
        raise GraderFault("this machine is too busy to send in time. Run it again when there is less to do.")
    failed.loads()
    failed.asks_once()
    trait, outcome = failed.record.scenario.trait, failed.record.outcome
    expected = f"the text: nothing was silent for {failed.args[0]:g} s"
    if outcome.kind == "returned":
        failed.fail("impatient", expected, outcome.value, field=trait, mark=ended_at(failed))
    if outcome.kind != "raised":
        failed.ends_well()
    seen = f"{longest_silence(failed, 'outcome'):.2f} s of silence at most, and then {raised(failed)}"
    failed.fail("impatient", expected, seen, field=trait, mark=ended_at(failed))


# -- checks --------------------------------------------------------------------------------------------------------


@check(points=2)
def asks_for_one_stream(lab: Lab) -> None:
    """sends one request for a stream, with the key, MODEL and the prompt"""
    lab.run(PLAIN, LONG).asks_once_for_a_stream()


@check(points=2, after=asks_for_one_stream)
def returns_a_complete_reply(lab: Lab) -> None:
    """returns the text of a reply that ended with `stop`"""
    run = lab.run(PLAIN, LONG)
    value = run.ends_well()
    run.right_type(isinstance(value, str), "the text, a str")
    run.same("text", run.record.reply.text, value)


@check(points=2, after=returns_a_complete_reply)
def raises_without_a_finish_reason(lab: Lab) -> None:
    """raises CutShort when the stream ends without a finish reason, [DONE] or not"""
    all_at_once(lab)
    for scenario in (JUST_ENDS, ONLY_DONE):
        is_cut_short(lab.run(scenario, LONG))


@check(points=2, after=returns_a_complete_reply)
def raises_for_other_finish_reasons(lab: Lab) -> None:
    """raises CutShort for each finish reason that is not `stop`"""
    for scenario in (LENGTH, FILTERED, TOOLS):
        is_cut_short(lab.run(scenario, LONG))


@check(points=2, after=returns_a_complete_reply)
def raises_for_an_error_in_the_stream(lab: Lab) -> None:
    """raises CutShort when the server reports an error inside the stream"""
    for scenario in (ERROR_EVENT, ERROR_IN_CHUNK):
        is_cut_short(lab.run(scenario, LONG))


@check(points=2, after=returns_a_complete_reply)
def raises_when_the_connection_breaks(lab: Lab) -> None:
    """raises CutShort when the connection breaks, inside an event, too"""
    for scenario in BROKEN:
        is_cut_short(lab.run(scenario, LONG))


@check(points=2, after=returns_a_complete_reply)
def raises_after_a_silence(lab: Lab) -> None:
    """raises CutShort when nothing has come for longer than `patience`"""
    run = after(lab, silence, is_rightly_cut)
    run.loads()
    if waited := waits_on(run):
        limit = f", with a time limit of {waited['limit_s']:.3g} s" if waited["limit_s"] else ""
        expected = f"CutShort after a silence of {run.args[0]:g} s"
        run.fail("waits-on", expected, f"it waits on{limit}", mark=silent_behind(run, waited))
    is_cut_short(run)


@check(points=2, after=(returns_a_complete_reply, raises_after_a_silence))
def is_patient_while_something_comes(lab: Lab) -> None:
    """waits as long as anything comes within `patience`: an event, a part of one, a comment"""
    pauses = SLOW[1:] if ended_after(after(lab, silence, is_rightly_cut)) > SOON_S else SLOW
    for of, patiences in ((pause, pauses), (comments, AWAKE), (crumbs, AWAKE)):
        is_patient(lab, of, patiences)


@check(points=3, after=(raises_for_other_finish_reasons, raises_when_the_connection_breaks))
def keeps_the_text_so_far(lab: Lab) -> None:
    """lets CutShort hold the text so far"""
    for run in (*(lab.run(scenario, LONG) for scenario in (*CUT, *BROKEN)), after(lab, silence, is_rightly_cut)):
        found, expected = held(run.record), sent_so_far(run.record)
        if found is not None and found.get("text") != expected:  # that it came out at all is another check's business
            run.fail("cut", expected, found.get("text"), field="text")


@check(points=3, after=returns_a_complete_reply)
def needs_nothing_after_stop(lab: Lab) -> None:
    """returns the text once `stop` has come, whatever the connection does then"""
    for scenario in (NO_DONE, STOP_CLOSED, STOP_RESET):
        is_complete(lab.run(scenario, LONG))
    run = after(lab, stop_silence, is_right)
    if waited := waits_on(run):
        seen = "it waits on, for what follows `stop`"
        run.fail("complete", run.record.reply.text, seen, mark=silent_behind(run, waited))
    is_complete(run)


# -- evidence ------------------------------------------------------------------------------------------------------

OWN_MISTAKES = {
    "AttributeError", "IndexError", "JSONDecodeError", "KeyError", "NameError", "TypeError", "UnboundLocalError",
    "UnicodeDecodeError", "ValueError",
}  # fmt: skip
CLIENTS = {
    "requests", "urllib3", "httpx2", "httpcore2", "openai", "http", "urllib", "anyio", "h11", "socket", "asyncio",
    "queue", "_queue",
}  # fmt: skip
A_GUARD_S = 300  # a time limit that is longer was not set for a silence


@evidence("CutShort came out")
def came_out(case: Case) -> bool:
    """The exception is of the class that stands in the learner's file."""
    return held(case.record) is not None


@evidence("with `stop` all over each chunk, the text comes back")
def returns_when_all_say_stop(case: Case) -> bool:
    """Experiment: the finish reason stands on each chunk, beside its choice and in its delta. Is it then found?"""
    return is_right(case.again("all-say-stop", edit=experiments.finish_everywhere))


@evidence("CutShort hides a mistake of the program's own")
def hides_a_mistake(case: Case) -> bool:
    """It was raised while an exception was handled that no client raises for a cut: a missing key, a wrong type, …"""
    return came_out(case) and case.error.get("cause") in OWN_MISTAKES


@evidence("CutShort came out before the end was sent")
def raised_too_early(case: Case) -> bool:
    """Experiment: all but the first events are kept back. Does the program end without waiting for them?"""
    record = case.again("rest-kept-back", play=None, keeps_back=lambda reply: 3)
    return leaves_before(record) and held(record) is not None


@evidence("the text so far came back")
def returned_so_far(case: Case) -> bool:
    """As if it were the whole."""
    return bool(case.record.outcome.value == sent_so_far(case.record))


@evidence("CutShort was raised, and did not come out")
def swallowed(case: Case) -> bool:
    """The closer look: one of the program's own lines raised it."""
    return any(note["type"] == "CutShort" for note in case.notes("raised", case.closer))


@evidence("a JSON parser was given the event that was cut")
def parsed_the_rest(case: Case) -> bool:
    """It got the beginning of an event, and not all of it."""
    text = (case.about or "").strip()
    return bool(text) and any(event.startswith(text) and event != text for event in case.reply.events)


@evidence("a JSON parser was given a line that is no data")
def parsed_another_field(case: Case) -> bool:
    """It got a part of the line `event: error`."""
    return bool(case.about and case.about.strip()) and "event: error".endswith(str(case.about).strip())


@evidence("the exception is a client's")
def by_a_client(case: Case) -> bool:
    """One of its classes comes from an HTTP client, or it is what the system says of a connection, or a time-out."""
    roots = {str(name).partition(".")[0] for name in case.error.get("mro", [])}
    return case.is_a("OSError") or case.is_a("EOFError") or bool(roots & CLIENTS)


@evidence("its wait had another time limit")
def had_another_limit(case: Case) -> bool:
    """The kernel tells after what time the wait that it was in would have ended by itself."""
    waited = case.record.timeline.first("unlinger")
    return waited is not None and waited["limit_s"] is not None and 0 < waited["limit_s"] <= A_GUARD_S


@evidence("CutShort's text has a part of the event that was cut")
def holds_too_much(case: Case) -> bool:
    """The text so far, and then the beginning of the next piece."""
    so_far = sent_so_far(case.record)
    more = case.reply.text.removeprefix(so_far)
    rest = case.actual.removeprefix(so_far) if isinstance(case.actual, str) and case.actual.startswith(so_far) else ""
    return bool(rest) and more.startswith(rest)


@evidence("CutShort's text differs in white space only")
def differs_in_space(case: Case) -> bool:
    """There is a text, and without any white space it is the right one."""
    return isinstance(case.actual, str) and "".join(case.actual.split()) == "".join(case.expected.split()) != ""


@evidence("nothing of it ran while events came in")
def reads_all_at_once(case: Case) -> bool:
    """Experiment, and a closer look: each event waits until the program rests. Does any line of it run in between?"""
    assert case.lab is not None
    scenario = replace(PLAIN, id="event-by-event", play=faults.slowed(faults.after_content(1), Settle(), 3))
    record = case.lab.record(scenario, (LONG,), trace=True)
    times = [moment.at for moment in record.timeline.of("settled")]
    return len(times) == 3 and not any(times[0] < note.at < times[-1] for note in case.notes("line", record))


def fails_with(case: Case, name: str, play: object) -> bool:
    return not is_right(case.again(name, play=play))


@evidence("it fails without the pauses, too")
def fails_at_once(case: Case) -> bool:
    """Experiment: the same writes, one right after the other."""
    plays = {"kept-awake": faults.kept_awake(SO_FAR, 0, COMMENTS), "dribbled": faults.dribbled(SO_FAR, 0, CRUMBS)}
    return case.trait in plays and fails_with(case, "at-once", plays[case.trait])


@evidence("it fails when whole events come as slowly, too")
def fails_with_events(case: Case) -> bool:
    """Experiment: whole events, with the same pauses before each."""
    return fails_with(case, "events", faults.slowed(SO_FAR, Pause(STEP * case.record.call.args[1]), CRUMBS))
