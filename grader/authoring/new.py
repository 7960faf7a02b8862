"""`grader new`: a challenge that works, written from the template's, to be made into another one."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from grader import files
from grader.authoring.rules.handed_out import KITS_OWN
from grader.authoring.subject import ID, submissions_of
from grader.challenge import Kit
from grader.errors import UsageError

TEMPLATE = Path(__file__).with_name("template")
TEMPLATE_ID = "00-template"


def begin(kit: Kit, id: str, *, title: str = "", function: str = "", file: str = "") -> list[Path]:
    """Writes all files of challenge `id`, and returns them. Raises UsageError where a name is malformed or taken."""
    _check_id(kit, id)
    slug = id[3:]
    title = title.strip() or slug.replace("-", " ").capitalize()
    if "\n" in title or '"' in title or "\\" in title:
        raise UsageError(f"--title {title!r}: expected a line of words, without quotes.")
    name = slug.replace("-", "_")
    name = f"challenge_{name}" if name[0].isdigit() or keyword.iskeyword(name) else name
    function = _name(function or name, "--function", "count_words")
    stem = _name((file or name).removesuffix(".py"), "--file", "count_words.py")
    if f"{stem}.py" in KITS_OWN:
        raise UsageError(f"--file {stem}.py: the kit has a file of that name. Choose another.")
    changes = {
        TEMPLATE_ID: id,
        "template_file": stem,
        "template_function": function,
        "Template title": title,
        "Challenge 00": f"Challenge {id[:2]}",
        "# 00 ·": f"# {id[:2]} ·",
        "C=0": f"C={int(id[:2])}",
    }
    written = []
    for source in sorted(path for path in TEMPLATE.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        text = _changed(source.read_text("utf-8"), changes)
        target = kit.root / _changed(str(source.relative_to(TEMPLATE)), changes)
        copies = [target, target.with_name(f"{stem}.py")] if target.name == ".stub.py" else [target]
        for path in copies:
            _write(path, text)
            written.append(path)
    return written


def _check_id(kit: Kit, id: str) -> None:
    if not ID.match(id):
        raise UsageError(f"{id!r} is no name for a challenge: expected two digits and a slug, such as 10-my-challenge.")
    numbered = sorted(path.name for path in kit.challenges.glob(f"{id[:2]}-*"))
    if numbered:
        free = next(n for n in range(1, 100) if not any(kit.challenges.glob(f"{n:02}-*")))
        raise UsageError(f"{id}: the number is taken by {numbered[0]}. A free one is {free:02}.")
    places = (kit.root / "solutions" / f"{id}.py", kit.root / "fixtures" / id, submissions_of(kit, id))
    taken = next((place for place in places if place.exists()), None)
    if taken:
        raise UsageError(f"{taken}: is there already. Move it away, or choose another name for the challenge.")


def _name(name: str, option: str, example: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise UsageError(f"{option} {name!r}: expected a Python name in small letters, such as {example}.")
    return name


def _changed(text: str, changes: dict[str, str]) -> str:
    return re.sub("|".join(map(re.escape, changes)), lambda found: changes[found[0]], text)


def _write(path: Path, text: str) -> None:
    try:
        files.write(path, text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}). Check the kit's permissions.") from None
