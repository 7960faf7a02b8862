"""What can this machine do? A process is confined as a run would be, and then tries what it must not be able to do.

Only what was seen to be refused counts. `confinement` is what the report and `grader doctor` say.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.jail import landlock, pulse
from grader.jail.confine import Confining
from grader.jail.privileges import next_user
from grader.jail.spec import Spec
from grader.jail.tiers import CONFINED, LIMITED, SEPARATE, Confinement

_PORT, _ELSEWHERE = 9, 19  # discard and chargen: nothing listens there, which is told from being refused


def confinement(confining: Confining) -> Confinement:
    """The tier that `confining` reaches here. What turns out not to work is switched off in it."""
    if sys.platform != "linux":
        return Confinement(
            SEPARATE, ["Landlock and seccomp: they are Linux's. Grade strangers' code there, or in a container"]
        )
    if confining.at_most == SEPARATE:
        return Confinement(SEPARATE, ["Landlock and seccomp: GRADER_ISOLATION=separate asks for less"])
    missing: list[str] = []
    found = _tried(confining)
    if confining.drops and ("fault" in found or not found["seen"]):
        confining.drops = False
        missing.append(f"a user of its own for each run: {_why_no_user(found)}")
        found = _tried(confining)
    if "fault" in found and confining.landlock:
        confining.landlock = 0
        missing.append(f"Landlock: {found['fault']}")
        found = _tried(confining)
    if "fault" in found and confining.seccomp:
        confining.seccomp = False
        missing.append(f"seccomp: {found['fault']}")
        found = _tried(confining)
    missing += _not_refused(confining, found)
    return Confinement(LIMITED if _essential(confining, found) else CONFINED, missing)


def _essential(confining: Confining, found: dict[str, Any]) -> bool:
    """Is something missing without which a run is not confined?"""
    return not confining.seccomp or any(found.get(name) != "refused" for name in _ATTEMPTS)


def _why_no_user(found: dict[str, Any]) -> str:
    return (
        str(found["fault"]) if "fault" in found else "root may not look at other users' processes here (CAP_SYS_PTRACE)"
    )


def _not_refused(confining: Confining, found: dict[str, Any]) -> list[str]:
    said = []
    if not confining.landlock:
        version = landlock.version()
        said.append(
            "files and ports: Landlock is " + ("not used" if version else "missing (Linux 5.13, and not switched off)")
        )
    elif confining.landlock < landlock.TCP_SINCE:
        said.append(f"ports: Landlock {landlock.TCP_SINCE} (Linux 6.7); this kernel has {confining.landlock}")
    if not confining.seccomp:
        said.append("system calls: seccomp is not used, or this machine's calls are not known")
    if confining.landlock and confining.seccomp:
        said += [f"{name}: not refused here ({found.get(name)})" for name in _ATTEMPTS if found.get(name) != "refused"]
    return said


# -- the process that tries --------------------------------------------------------------------------------------------


def _tried(confining: Confining) -> dict[str, Any]:
    """What became of each attempt: "refused", or what happened instead; or {"fault": why it could not be confined}."""
    folder = Path(tempfile.mkdtemp(prefix="grader-probe-"))
    user = next_user() if confining.drops else None
    try:
        folder.chmod(0o755)
        (folder / "secret").write_text("secret")
        (folder / "work").mkdir()
        if user is not None:
            os.chown(folder / "work", user, user)
        spec = replace(_NOTHING, writes=[str(folder / "work")], port=_PORT, user=user)
        return _in_a_child(lambda: _attempts(confining, spec, folder))
    except OSError as error:  # a container that knows no other users, above all
        return {"fault": f"{type(error).__name__}: {error.strerror}", "seen": False}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_NOTHING = Spec("", "", [], [], {}, "/", 0)


def _in_a_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        try:
            said = work()
        except BaseException as error:
            said = {"fault": f"{type(error).__name__}: {error}"}
        theirs.sendall(json.dumps(said).encode() + b"\n")
        theirs.recv(1)  # it is looked at first
        os._exit(0)
    theirs.close()
    with ours, ours.makefile("rb") as lines:
        line = lines.readline()
        seen = _can_look_at(pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return (
        {**json.loads(line), "seen": seen} if line else {"fault": "the process that tried it was ended", "seen": seen}
    )


def _can_look_at(pid: int) -> bool:
    """The judge tells a program that waits from one that sleeps by the call that it waits in (`pulse`)."""
    if not pulse.AVAILABLE:
        return True
    try:
        Path(f"/proc/{pid}/syscall").read_text()
        with open(f"/proc/{pid}/mem", "rb", buffering=0):
            return True
    except OSError:
        return False


def _attempts(confining: Confining, spec: Spec, folder: Path) -> dict[str, Any]:
    judge = os.getppid()
    confining.apply(spec, confining.rules(spec))
    (folder / "work" / "mine").write_text("mine")  # what it must be able to do; an error is a fault
    if _came_of(lambda: socket.create_connection(("127.0.0.1", _PORT), 1)) == "refused":
        raise PermissionError("its own port is out of its reach")
    if not confining.landlock and not confining.seccomp:
        return {}
    tries: dict[str, Callable[[], Any]] = {
        "reading files": lambda: (folder / "secret").read_text(),
        "writing files": lambda: (folder / "other").write_text("x"),
        "other ports": lambda: socket.create_connection(("127.0.0.1", _ELSEWHERE), 1),
        "UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "Unix sockets": lambda: socket.socket(socket.AF_UNIX),
        "new processes": _fork,
        "new programs": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),
        "signals": lambda: os.kill(judge, 0),
    }
    return {name: _came_of(attempt) for name, attempt in tries.items()}


_ATTEMPTS = (
    "reading files",
    "writing files",
    "other ports",
    "UDP",
    "Unix sockets",
    "new processes",
    "new programs",
    "signals",
)


def _came_of(attempt: Callable[[], Any]) -> str:
    try:
        attempt()
    except PermissionError:
        return "refused"
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "done"


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def main(at_most: str) -> None:
    """Prints what was found, as JSON, for a judge that has no warm parent."""
    asked = Confining(at_most)
    reached = confinement(asked)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    used = {"drops": asked.drops, "seccomp": asked.seccomp, "root": root}
    print(json.dumps({"tier": reached.tier, "missing": reached.missing, **used}))
