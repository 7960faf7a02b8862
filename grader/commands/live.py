"""`grader live`: the reference solutions against a real endpoint, and its wire traits beside those of the fixtures.

One request a challenge, no more: the recorder between the two forwards the first and refuses whatever follows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.challenge import Challenge, Live, find_kit, load_all, select
from grader.commands.endpoint import Endpoint, endpoint
from grader.errors import UsageError
from grader.excerpt import cut
from grader.replay.background import Background
from grader.replay.forward import Exchange, Forwarder
from grader.replay.provider import asks_for_usage
from grader.replay.recorder import KEPT_HEADERS, Recording
from grader.show import terminal
from grader.stream import traits
from grader.stream.traits import Row, Traits
from grader.untrusted import escaped, visible

KEY_HERE = "sk-the-recorder-knows-the-real-one"
DRIVER = Path(__file__).with_name("driver.py")
AT_MOST_S = 600  # for one solution and a slow model
MOST_NAMED = 3  # fixtures in a row of the table


@dataclass(frozen=True)
class Ended:
    """How the solution ended, and whether its challenge counts that as right."""

    says: str
    coped: bool
    traceback: str = ""


def run(names: list[str], *, show: bool, plain: bool) -> int:
    """Tries each challenge that says how; returns 0 when all solutions coped. Raises UsageError."""
    there = endpoint()
    chosen = select(load_all(find_kit()), names)
    out = terminal.console(plain=plain)
    calls = [(challenge, challenge.card.live) for challenge in chosen if challenge.card.live is not None]
    for challenge, _ in calls:
        challenge.reference()  # a solution that is missing is named before anything is sent
    for challenge in chosen:
        if challenge.card.live is None:
            out.print(Text(f"{challenge.id}: its challenge.toml has no [live] call, so nothing is sent for it."))
    count = f"{len(calls)} request{'s' * (len(calls) != 1)}"
    out.print(Text(f"Asking {there.base_url} for {there.model}: {count}, one a challenge, as the solutions send them."))
    coped = [_one(challenge, live, there, out, show) for challenge, live in calls]
    return 0 if all(coped) else 1


def _one(challenge: Challenge, live: Live, there: Endpoint, out: Console, show: bool) -> bool:
    forwarder = Forwarder(there.base_url, there.key, KEY_HERE)
    with Background(forwarder) as port:
        variables = {
            "OPENAI_BASE_URL": f"http://127.0.0.1:{port}{forwarder.path}",
            "OPENAI_API_KEY": KEY_HERE,
            "MODEL": there.model,
            "NO_PROXY": "127.0.0.1",
        }
        ended = _call(challenge, live, variables, show)
    exchange, refused = forwarder.exchange, forwarder.refused
    if exchange is not None:
        _answered(exchange, there)
    coped = ended.coped and not refused and exchange is not None
    status = "pass" if coped else "fail"
    head = f"{terminal.GLYPH[status]} {challenge.number} {challenge.card.title}: "
    out.print()
    out.print(Text.assemble((head, terminal.STYLE[status]), there.without_key(ended.says)))
    if ended.traceback and not ended.coped:
        out.print(Text(visible(there.without_key(ended.traceback)), style="dim"))
    if refused:
        out.print(f"It sent {refused} request{'s' * (refused != 1)} more, which went nowhere.")
    if exchange is None:
        out.print("It sent no request.")
    else:
        _show_traits(challenge, exchange, out)
    return coped


def _call(challenge: Challenge, live: Live, variables: dict[str, str], show: bool) -> Ended:
    """One call in a process of its own, that knows the recorder and not the key."""
    path = os.pathsep.join(filter(None, (str(challenge.kit.challenges), os.environ.get("PYTHONPATH"))))
    env = {**os.environ, **variables, "PYTHONPATH": path}
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-P", str(DRIVER), str(challenge.solution), live.call, str(result)]
        output = None if show else subprocess.DEVNULL
        try:
            code = subprocess.run(command, env=env, stdout=output, timeout=AT_MOST_S, check=False).returncode
        except subprocess.TimeoutExpired:
            return Ended(f"not done after {AT_MOST_S} s, and was ended", False)
        try:
            word: dict[str, Any] = json.loads(result.read_text("utf-8"))
        except (OSError, ValueError):
            return Ended(f"left with exit status {code} before the function had returned", False)
    if word["kind"] == "returned":
        return Ended(f"returned {cut(escaped(word['value']), 200)}", True)
    right = any(name in live.may_raise for name in word["classes"])
    says = f"raised {word['classes'][0]}: {cut(escaped(word['message']), 200)}"
    says += " (right, where the reply is not what was asked for)" if right else ""
    return Ended(says, right, word["traceback"])


def _answered(exchange: Exchange, there: Endpoint) -> None:
    """Raises UsageError where the endpoint gave no reply: nothing more is sent to it."""
    if not exchange.status:
        why = exchange.trouble or "nothing came back"
        raise UsageError(f"{there.base_url}: {why}. Check OPENAI_BASE_URL, and that the server runs.")
    if exchange.status != 200:
        said = escaped(there.without_key(exchange.decoded.decode("utf-8", "replace"))[:300])
        raise UsageError(f"{there.base_url}: answered {exchange.status}, expected 200 and a reply. It said: {said}")


# -- traits -----------------------------------------------------------------------------------------------------------


def _show_traits(challenge: Challenge, exchange: Exchange, out: Console) -> None:
    content_type = next((value for name, value in exchange.headers if name.lower() == "content-type"), "")
    if "event-stream" not in content_type:
        out.print("The reply is no stream: there is nothing to compare.")
        return
    if exchange.trouble:
        out.print(Text(f"The reply broke off: {exchange.trouble}", style="yellow"))
    fixtures = _fixtures(challenge, exchange)
    rows = traits.compare(traits.traits(exchange.decoded, _lengths(exchange)), fixtures)
    out.print(_table(rows, len(fixtures)))
    kept = _keep(challenge, exchange)
    new = [row for row in rows if row.is_new]
    for row in new:
        out.print(Text(f"No fixture of {challenge.number} shows `{row.trait}`: {escaped(row.value)}.", style="yellow"))
    if new:
        next_step = f"look at it, and move it to fixtures/{challenge.id}, or consider"
        out.print(
            Text(
                f"The reply is kept as {kept}, without the key: {next_step} "
                f"`grader record fixtures/{challenge.id}/NAME.sse`."
            )
        )
    else:
        out.print(f"The fixtures of {challenge.number} show all of it.")


def _fixtures(challenge: Challenge, exchange: Exchange) -> dict[str, Traits]:
    """What the challenge's fixtures show to a request like this one."""
    asked = exchange.request.json()
    with_usage = isinstance(asked, dict) and asks_for_usage(asked)
    names = sorted(path.stem for path in (challenge.kit.root / "fixtures" / challenge.id).glob("*.sse"))
    return {name: traits.of_fixture(challenge.fixture(name), with_usage=with_usage) for name in names}


def _table(rows: list[Row], fixtures: int) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for heading in ("trait", "live", "the same in"):
        table.add_column(heading, header_style="dim", overflow="fold")
    before = ""
    for row in rows:
        name = "" if row.trait == before else row.trait
        style = "yellow" if row.is_new else ""
        table.add_row(Text(name), Text(escaped(row.value)), _same_in(row, fixtures), style=style)
        before = row.trait
    return table


def _same_in(row: Row, fixtures: int) -> str:
    if not row.same_in:
        return "no fixture" if row.is_new else "—"
    if len(row.same_in) == fixtures:
        return "all"
    more = len(row.same_in) - MOST_NAMED
    return ", ".join(row.same_in[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _lengths(exchange: Exchange) -> list[int]:
    """Of the network reads; none where the body came compressed."""
    lengths = [length for _, length in exchange.reads]
    return lengths if sum(lengths) == len(exchange.decoded) else []


def _keep(challenge: Challenge, exchange: Exchange) -> Path:
    """The reply as a recording, beside what the kit remembers. Returns its path in the kit."""
    asked = exchange.request.json()
    asked = asked if isinstance(asked, dict) else {}
    prompt = next((str(m.get("content")) for m in asked.get("messages", []) if isinstance(m, dict)), "")
    headers = [(name, value) for name, value in exchange.headers if name.lower() in KEPT_HEADERS]
    reads = exchange.reads if _lengths(exchange) else []
    path = challenge.kit.state / "live" / f"{challenge.id}.sse"
    Recording(
        exchange.decoded, reads, exchange.status, headers, exchange.headers_ms, str(asked.get("model", "")), prompt
    ).save(path)
    return path.relative_to(challenge.kit.root)
