"""A released kit as a folder or a zip. Nothing that is there is replaced, and nothing half-made is left."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.challenge import Kit
from grader.errors import UsageError
from grader.release.contents import Entry

EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip can say: the same kit gives the same bytes
GRADESCOPE = ("setup.sh", "run_autograder")  # which Gradescope looks for at the root of its zip


def folder(entries: Iterable[Entry], target: Path) -> None:
    """Writes a folder, which must not be there yet, or be empty. Raises UsageError."""
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(f"{target}: is there already, and is not replaced. Name a new folder.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
            made = Path(scratch) / "kit"
            write(entries, made)
            if target.exists():
                target.rmdir()
            made.rename(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written ({error.strerror}). Name another place.") from None


def write(entries: Iterable[Entry], into: Path) -> None:
    """Raises OSError."""
    for entry in entries:
        path = into / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.content)
        path.chmod(0o755 if entry.executable else 0o644)


def archive(entries: Iterable[Entry], target: Path, prefix: str) -> None:
    """Writes a zip with all of it below `prefix`. The same entries give the same bytes. Raises UsageError."""
    if target.exists():
        raise UsageError(f"{target}: is there already, and is not replaced. Remove it, or name another file.")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in entries:
            about = zipfile.ZipInfo(prefix + entry.path, EARLIEST)
            about.create_system = 3  # Unix, so that programs stay programs
            about.external_attr = (0o100755 if entry.executable else 0o100644) << 16
            about.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(about, entry.content)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as scratch:
            scratch.write(made.getvalue())
        Path(scratch.name).chmod(0o644)
        shutil.move(scratch.name, target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written ({error.strerror}). Name another place.") from None


def for_gradescope(kit: Kit, entries: Sequence[Entry]) -> list[Entry]:
    """The autograder's zip: the kit as `kit/`, and the two programs beside it. Raises UsageError."""
    beside = []
    for name in GRADESCOPE:
        try:
            beside.append(Entry(name, (kit.root / "ci" / "gradescope" / name).read_bytes(), executable=True))
        except OSError as error:
            raise UsageError(f"{error.filename}: cannot be read ({error.strerror}). Gradescope needs it.") from None
    return [*(Entry(f"kit/{e.path}", e.content, e.executable) for e in entries), *beside]
