"""`grader dashboard`: opens a class's database and serves its pages until Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import gc
import ipaddress
import logging
import os
import socket
import sys
import webbrowser
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grader.challenge import find_kit, load_all
from grader.commands.class_reading import rules
from grader.errors import UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from grader.dashboard.desk import Desk
    from grader.dashboard.settings import Settings

NEEDED = ("sqlalchemy", "alembic", "fastapi", "uvicorn", "argon2", "itsdangerous", "python_multipart", "jwt")
LEAVE_S = 2  # for which answers under way may go on after Ctrl-C; a live page would for ever


@dataclass(frozen=True)
class Wanted:
    """The options of the command line."""

    db: str
    host: str = "127.0.0.1"
    port: int = 8810
    address: str = ""
    behind_proxy: str = ""
    init: bool = False
    read_only: bool = False
    open: bool = False
    policy: Path | None = None
    regrade: bool = False
    isolation: str = ""
    metrics_token: Path | None = None  # a file


def run(wanted: Wanted) -> int:
    """Returns the exit status, after Ctrl-C. Raises UsageError for what was typed wrong, before anything is served."""
    needs_dashboard_extra()
    _check(wanted)
    _is_there(wanted)
    challenges = load_all(kit := find_kit())
    policy = rules(wanted.policy, [challenge.id for challenge in challenges])

    from grader.classroom.store.store import Store
    from grader.dashboard.desk import Desk

    with Store(wanted.db) as store:
        try:
            listening = listen(wanted.host, wanted.port)
        except UsageError as taken:
            if not wanted.init:
                raise
            _invite(Desk(settings_of(wanted, wanted.port), store, kit, challenges, policy))
            say(f"{taken} If it is this class's dashboard that listens there, the link is good at that one.")
            return 0
        with listening:
            desk = Desk(settings_of(wanted, listening.getsockname()[1]), store, kit, challenges, policy)
            if wanted.init:
                _invite(desk)
            return serve(desk, wanted, listening)


def serve(desk: Desk, wanted: Wanted, listening: socket.socket) -> int:
    """Until Ctrl-C, which is how it is meant to end: the exit status is 0."""
    with suppress(KeyboardInterrupt):  # uvicorn ends in order, and passes on what it was told
        _serve(desk, wanted, listening)
    return 0


def _serve(desk: Desk, wanted: Wanted, listening: socket.socket) -> None:
    import uvicorn

    from grader.dashboard.app import create
    from grader.dashboard.serving import Server

    app = _for_our_names(create(desk), wanted, desk.settings)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=LEAVE_S,
        proxy_headers=bool(wanted.behind_proxy), forwarded_allow_ips=wanted.behind_proxy or "",
    )  # fmt: skip
    logging.getLogger("uvicorn.error").addFilter(_is_news)  # after Config, which sets up its loggers
    _collects_rarely()
    Server(config, partial(_tell, desk.settings.address, wanted)).run(sockets=[listening])


def _tell(address: str, wanted: Wanted) -> None:
    how = "read-only, " if wanted.read_only else ""
    say(f"the dashboard is at {address} ({how}stop with Ctrl-C)")
    if wanted.open:
        _open(address)


def _is_news(record: logging.LogRecord) -> bool:
    """Whoever still listens to results as they arrive is cut off after Ctrl-C: that is meant, and no fault."""
    cut = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut and not str(record.msg).startswith("Cancel %s running task(s)")


def _collects_rarely() -> None:
    """What is loaded by now stays; and a report makes so many objects at once that they would be searched each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _open(address: str) -> None:
    """Where there is a desktop: elsewhere it would be a text browser, which takes the terminal."""
    desktop = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not (desktop and webbrowser.open(address)):
        say("there is no desktop here to open a browser on: open that address yourself")


def _for_our_names(app: ASGIApp, wanted: Wanted, settings: Settings) -> ASGIApp:
    """Answers, on this machine, only who asks for it by a name of ours.

    Otherwise any web page could have its own name point to 127.0.0.1, and read what the browser is answered there.
    """
    if not is_loopback(wanted.host):
        return app
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    ours = {"localhost", "127.0.0.1", "[::1]", "::1", wanted.host, urlsplit(settings.address).hostname or ""}
    return TrustedHostMiddleware(app, sorted(ours - {""}), www_redirect=False)


def settings_of(wanted: Wanted, port: int) -> Settings:
    from grader.dashboard.settings import Settings

    at = f"[{wanted.host}]" if ":" in wanted.host else wanted.host
    if wanted.host in ("0.0.0.0", "::"):
        at = socket.gethostname()
    address = wanted.address.rstrip("/") or f"http://{at}:{port}"
    token = _token(wanted.metrics_token) if wanted.metrics_token is not None else ""
    return Settings(wanted.db, address, wanted.policy, wanted.read_only, wanted.regrade, wanted.isolation, token)


def _token(path: Path) -> str:
    """The one word in a file. Raises UsageError."""
    try:
        words = path.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        words = []
    if len(words) != 1:
        raise UsageError(f"--metrics-token-file {path}: expected a file with one word, a token of your own.")
    return words[0]


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens already. Raises UsageError naming the port, and what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio lets no answer wait for the browser's acknowledgement of its head: 40 ms a page.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(socket.SOMAXCONN)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"--port {port}: something listens there already. Stop it, or take another one: `--port {port + 1}`, "
                "or `--port 0` for any that is free."
            ) from None
        if error.errno == errno.EACCES:
            raise UsageError(f"--port {port}: you may not listen there. Take one of 1024 or above.") from None
        raise UsageError(
            f"--host {host}: cannot listen there ({error.strerror or error}). Expected an address of this machine, "
            "such as 127.0.0.1, or 0.0.0.0 for all it has."
        ) from None
    return listening


def _check(wanted: Wanted) -> None:
    """Raises UsageError; warns where passwords would travel in the clear."""
    parts = urlsplit(wanted.address)
    if wanted.address and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/")):
        raise UsageError(
            f"--address {wanted.address}: expected one such as https://grades.example.org, without a path."
        )
    if wanted.isolation and not wanted.regrade:
        raise UsageError("--require-isolation is for what is graded here: say --regrade, too.")
    if wanted.init and wanted.read_only:
        raise UsageError("--init makes an account, and --read-only has none: say one of them.")
    _check_proxy(wanted)
    if is_loopback(wanted.host) or parts.scheme == "https":
        return
    if wanted.read_only:
        raise UsageError(
            f"--read-only --host {wanted.host}: whoever reaches it would see the whole class, names and all. Leave "
            "--host away; or, where a proxy with TLS stands before it and knows who may pass, say its address: "
            "`--address https://…`."
        )
    say(
        f"--host {wanted.host}: without TLS, passwords and grades travel in the clear. Let a proxy with TLS stand "
        "before it, and say its address: `--address https://…`; docs/dashboard.md shows how."
    )


def _check_proxy(wanted: Wanted) -> None:
    """Raises UsageError for a proxy that would let anybody say where they are; warns where nobody would be told apart.

    A proxy is believed of the address that it has put at the end of X-Forwarded-For. With `*` it would be the first,
    which is the client's to write; and a name is compared with addresses, which it never is.
    """
    for each in filter(None, (part.strip() for part in wanted.behind_proxy.split(","))):
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise UsageError(
                f"--behind-proxy {each}: expected the proxy's address, such as 127.0.0.1 or 10.0.0.0/24; several with "
                "commas between."
            ) from None
    if wanted.address.startswith("https://") and not (wanted.behind_proxy or wanted.read_only):
        say(
            f"--address {wanted.address}: without --behind-proxy all who come through a proxy are one, and who guesses "
            "passwords keeps everybody out. Say its address: `--behind-proxy 127.0.0.1`."
        )


def _is_there(wanted: Wanted) -> None:
    """Raises UsageError where the database is a file that is not there. `--init` begins with an empty one."""
    from grader.classroom.store.opening import parsed

    url = parsed(wanted.db)
    if url.drivername == "sqlite" and not wanted.init and not Path(url.database or "").is_file():
        raise UsageError(
            f"--db {url.database}: no such database. `grader class SUBMISSIONS --db {wanted.db}` makes it, and "
            f"`grader dashboard --init --db {wanted.db}` begins with an empty one."
        )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _invite(desk: Desk) -> None:
    """Prints a link for an instructor. Whoever may write in the database may have one, and could do without it."""
    from grader.classroom.conduct import who
    from grader.dashboard.access.accounts import instructors, invite
    from grader.dashboard.access.viewer import Role, Viewer

    there = instructors(desk)
    if there:
        are = "is an instructor's account" if there == 1 else f"are {there} instructors' accounts"
        say(f"there {are} already; this link makes one more, and the history will say so.")
    token = invite(desk, None, Viewer(Role.instructor, f"operator {who()}"), Role.instructor)
    say("open this link within 24 hours to make an instructor's account; it is good once:")
    print(f"{desk.settings.address}/join/{token}", flush=True)


def needs_dashboard_extra() -> None:
    """Raises UsageError where the libraries are missing that only a dashboard needs."""
    names = (
        "sqlalchemy",
        "alembic",
        "fastapi",
        "uvicorn",
        "argon2",
        "itsdangerous",
        "python_multipart",
        "prometheus_client",
    )
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"{missing[0]} is not installed, which the dashboard needs: `sh requirements/install.sh .venv dashboard` "
            "installs it, or `pip install 'stream-challenge-kit[dashboard]'`."
        )


def say(what: str) -> None:
    print(f"grader: {what}", file=sys.stderr, flush=True)
