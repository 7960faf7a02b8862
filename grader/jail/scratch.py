"""A run's own folder: a copy of the submission, a HOME, a place for temporary files, a working folder."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.jail.launch import CERTIFICATE

MOST_STANDING = 65_536  # bytes of the lines that it stands at


@dataclass(frozen=True)
class Scratch:
    root: Path

    @property
    def file(self) -> Path:
        return next(self.code.glob("*.py"))

    @property
    def code(self) -> Path:
        return self.root / "code"

    @property
    def modules(self) -> Path:
        return self.root / "modules"

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def where(self) -> Path:
        return self.root / "where"

    def environment(self) -> dict[str, str]:
        """All that a run's environment holds, apart from the three variables of the contract."""
        return {
            "HOME": str(self.root / "home"),
            "USER": "learner",  # a run's user has no name that could be looked up
            "LOGNAME": "learner",
            "TMPDIR": str(self.root / "tmp"),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "NO_PROXY": "*",
            # Each OpenAI() builds a TLS context; with one certificate in place of ~140 that costs 1 ms, not 26.
            "SSL_CERT_FILE": str(CERTIFICATE),
        }

    @property
    def readable(self) -> list[Path]:
        return [self.code, self.modules]

    @property
    def writable(self) -> list[Path]:
        return [self.work, self.root / "home", self.root / "tmp"]

    def use(self, most_entries: int) -> tuple[int, int, bool]:
        """Bytes and entries that a run has put here, and whether there is more that cannot be looked at.

        The count ends where it exceeds `most_entries`.
        """
        size = entries = 0
        hidden = False
        waiting = [str(folder) for folder in self.writable]
        while waiting and entries <= most_entries:
            try:
                with os.scandir(waiting.pop()) as found:
                    for entry in found:
                        entries += 1
                        with contextlib.suppress(OSError):
                            size += entry.stat(follow_symlinks=False).st_size
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
            except OSError as error:  # it may be gone again; or has no mode to be read, or lies deeper than paths reach
                hidden = hidden or error.errno in (errno.EACCES, errno.ENAMETOOLONG)
        return size, entries, hidden

    def standing(self) -> str:
        """What the process has said of the lines that it stands at. The file was open to it, so it may be anything."""
        try:
            held = os.open(self.where, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except OSError:
            return ""
        with open(held, "rb") as file:
            return file.read(MOST_STANDING).decode("utf-8", "replace") if stat.S_ISREG(os.fstat(held).st_mode) else ""

    def remove(self) -> None:
        """Whatever was put here, however deep, and whatever its modes."""
        with contextlib.suppress(OSError, RecursionError):
            shutil.rmtree(self.root)
            return
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):  # they go deeper than Python recurses
            with contextlib.suppress(OSError):
                subprocess.run([*command, self.root], stdin=subprocess.DEVNULL, capture_output=True, check=False)


def make(name: str, source: bytes, path: Sequence[Path] = (), user: int | None = None) -> Scratch:
    """Lays out a fresh folder: `source` as `code/{name}`, and beside it copies of the modules in the folders of `path`.

    Where the run is to become `user`, that one may write in three folders of it and read two, and nobody else any.
    """
    scratch = Scratch(Path(tempfile.mkdtemp(prefix="grader-run-")))
    try:
        _lay_out(scratch, name, source, path, user)
    except OSError:  # a full disk, most of all: what is there of it goes again
        scratch.remove()
        raise
    return scratch


def _lay_out(scratch: Scratch, name: str, source: bytes, path: Sequence[Path], user: int | None) -> None:
    for folder in [*scratch.readable, *scratch.writable]:
        folder.mkdir(mode=0o700)
    (scratch.code / name).write_bytes(source)
    for module in (module for folder in path for module in folder.glob("*.py")):
        (scratch.modules / module.name).write_bytes(module.read_bytes())
    if user is not None:
        for folder in scratch.writable:
            os.chown(folder, user, user)
        for shared in [
            scratch.root,
            *scratch.readable,
            *(file for folder in scratch.readable for file in folder.iterdir()),
        ]:
            os.chown(shared, -1, user)
            shared.chmod(0o710 if shared == scratch.root else 0o750 if shared in scratch.readable else 0o640)
