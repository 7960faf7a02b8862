"""A run's own folder: a copy of the submission, a HOME, a place for temporary files, a working folder."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from grader.jail.launch import CERTIFICATE


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
    def work(self) -> Path:
        return self.root / "work"

    @property
    def where(self) -> Path:
        return self.root / "where"

    def environment(self) -> dict[str, str]:
        """All that a run's environment holds, apart from the three variables of the contract."""
        return {
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "NO_PROXY": "*",
            # Each OpenAI() builds a TLS context; with one certificate in place of ~140 that costs 1 ms, not 26.
            "SSL_CERT_FILE": str(CERTIFICATE),
        }

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


def make(name: str, source: bytes) -> Scratch:
    """Lays out a fresh folder with `source` in it as `code/{name}`."""
    root = Path(tempfile.mkdtemp(prefix="grader-run-"))
    for folder in ("code", "home", "tmp", "work"):
        (root / folder).mkdir()
    (root / "code" / name).write_bytes(source)
    return Scratch(root)
