"""Launches the warm parent. Light to import: it is done first, and all else is loaded while the parent warms up."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from grader.errors import UsageError
from grader.jail.tiers import TIERS

LIBRARIES = ("requests", "urllib", "openai", "pydantic")  # what `grader.jail.warm` knows to call
CERTIFICATE = Path(__file__).with_name("certificate.pem")

# The control socket becomes descriptor 3, where the parent expects it.
_AS_PARENT = """
import gc, os
gc.disable()  # until all is loaded: what is loaded now stays
{grader}
if {fd} != 3:
    os.dup2({fd}, 3)
    os.close({fd})
from grader.jail.parent import main
main()
"""


class Launched:
    """A parent that is on its way: its process, our end of the control socket, and what it says when it fails."""

    def __init__(self, libraries: list[str]) -> None:
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self.control, theirs = socket.socketpair()
        env = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "SYSTEMROOT")}
        env |= {"SSL_CERT_FILE": str(CERTIFICATE), "NO_PROXY": "*", "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", _AS_PARENT.format(fd=theirs.fileno(), grader=import_grader())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.errors,
            env=env,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self.send({"libraries": libraries, "at_most": at_most()})

    def send(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        """Four bytes of length, then JSON. Raises OSError where the parent is gone."""
        data = json.dumps(message).encode()
        socket.send_fds(self.control, [struct.pack("=I", len(data))], descriptors or [])
        self.control.sendall(data)

    def last_words(self) -> str:
        self.errors.seek(0)
        said = self.errors.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
        return said[-1] if said else "it said nothing"

    def close(self) -> None:
        """Without our end of the socket the parent kills its children and leaves."""
        with contextlib.suppress(OSError):
            self.control.close()
        self.errors.close()


def at_most() -> str:
    """The strongest tier that is wanted: all that there is, unless GRADER_ISOLATION names a weaker one.

    Raises UsageError for a name that is none.
    """
    named = os.environ.get("GRADER_ISOLATION") or TIERS[0]
    if named not in TIERS:
        raise UsageError(f"GRADER_ISOLATION={named!r}: expected one of {', '.join(TIERS)}.")
    return named


def launch(sets: list[list[str]]) -> list[Launched] | None:
    """A warm parent for each set of libraries, on its way; None where runs are not forked from one."""
    if not hasattr(os, "fork") or os.environ.get("GRADER_JAIL") == "fresh":
        return None
    return [Launched(libraries) for libraries in sets]


def import_grader() -> str:
    """Source that imports this very package, and nothing else from the folder that it lies in.

    Where a kit is used in its own folder, that is the folder a learner works in: a `json.py` or an `openai.py` of
    theirs must not come before the real one.
    """
    folder = str(Path(__file__).parents[2])
    return f"import sys; sys.path.insert(0, {folder!r}); import grader; del sys.path[0]"
