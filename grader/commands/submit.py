"""`grader submit`: a report to a dashboard, and what waited from before."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from grader.challenge import find_kit
from grader.errors import UsageError
from grader.stored import SIGNED, bytes_of, parsed, report_in
from grader.submitting import proof as proofs
from grader.submitting.address import dashboard
from grader.submitting.deliver import Answer, deliver, key_of, send_source
from grader.submitting.outbox import Outbox, Waiting
from grader.submitting.proof import Proof, Signature
from grader.submitting.sources import wanted_in
from grader.untrusted import escaped

DELIVERED, REFUSED, KEPT = 0, 1, 3


@dataclass
class Post:
    """One call of the command."""

    to: str
    own: Proof | None  # what this machine has to prove who sends
    outbox: Outbox
    folder: Path  # the kit's
    reached: bool = True  # until a report was not: then the next ones are not tried

    def proof(self, body: bytes) -> Proof | None:
        if self.own is not None:
            return self.own
        signed = parsed(body, Path("report")).get("schema") == SIGNED
        return Signature() if signed else None

    def send(self, body: bytes, proof: Proof) -> Answer:
        answer = deliver(self.to, body, proof) if self.reached else Answer("later", "was not reached just now.")
        self.reached = self.reached and answer.outcome != "later"
        return answer

    def send_sources(self, body: bytes, wanted: tuple[str, ...], proof: Proof) -> None:
        """What the dashboard would like to have of a report that it has taken. The report counts without them."""
        for name, source in wanted_in(body, wanted, (self.folder, Path.cwd())):
            if source is None:
                print(escaped(f"{name}: is not sent along, since it is not there any more as it was graded."))
            elif send_source(self.to, body, source, proof):
                print(escaped(f"{name}: sent along."))
            else:
                print(escaped(f"{name}: could not be sent along. The report counts all the same."))


def run(report: Path | None, to: str, token_file: Path | None) -> int:
    """Sends; returns the exit status: 0 delivered, 1 refused, 3 kept for later. Raises UsageError."""
    address = dashboard(to)
    body = _content(report) if report is not None else None
    post = Post(address, proofs.find(os.environ, address, token_file), Outbox(_state()), _state().parent)
    if body is not None and post.proof(body) is None:
        raise proofs.missing(os.environ)
    waiting = post.outbox.waiting()
    statuses = [_again(post, one) for one in waiting if one.to == address and one.body != body]
    if body is not None and report is not None:
        statuses.append(_first(post, report, body, [one for one in waiting if one.body == body and one.to == address]))
    elif not statuses:
        print(f"Nothing waits for {escaped(address)}. `grader submit REPORT` sends a report.")
    others = sorted({one.to for one in waiting if one.to != address})
    if others:
        print(escaped(f"Reports wait for {', '.join(others)}, too: `grader submit --to` sends them there."))
    return REFUSED if REFUSED in statuses else KEPT if KEPT in statuses else DELIVERED


def _content(path: Path) -> bytes:
    """The file as it is: a signature is one over its bytes. Raises UsageError where it is no report."""
    content = bytes_of(path)
    report_in(content, path)
    return content


def _state() -> Path:
    try:
        return find_kit().state
    except UsageError:
        return Path.cwd() / ".grader"


def _first(post: Post, path: Path, body: bytes, waited: list[Waiting]) -> int:
    proof = post.proof(body)
    assert proof is not None
    answer = post.send(body, proof)
    if answer.outcome == "later":
        kept = post.outbox.keep(key_of(post.to, body), post.to, body)
        _say(post, f"{path}", answer)
        print(escaped(f"It is kept in {kept.parent}, and the next `grader submit --to {post.to}` sends it."))
        return KEPT
    _say(post, f"{path}", answer, proof)
    post.send_sources(body, answer.wanted, proof)
    for one in waited if answer.outcome == "taken" else ():
        post.outbox.delivered(one)
    return DELIVERED if answer.outcome == "taken" else REFUSED


def _again(post: Post, one: Waiting) -> int:
    """One that waited."""
    name = f"the report kept as {one.path.name[:12]}…"
    proof = post.proof(one.body)
    if proof is None:
        print(f"{name}: waits on, since it is not signed and there is no token.")
        return KEPT
    answer = post.send(one.body, proof)
    _say(post, name, answer, proof)
    if answer.outcome == "taken":
        post.outbox.delivered(one)
        post.send_sources(one.body, answer.wanted, proof)
        return DELIVERED
    if answer.outcome == "refused":
        print(escaped(f"It is put aside: {post.outbox.put_aside(one)}."))
        return REFUSED
    return KEPT


def _say(post: Post, what: str, answer: Answer, proof: Proof | None = None) -> None:
    by = f" (sent by {proof.words})" if proof is not None else ""
    print(f"{escaped(what)}: {escaped(post.to)} {answer.says}{escaped(by)}")
