"""Takes the learner's files, and nothing else, out of what was handed in: take.py SUBMISSION

They are put into this kit, in place of the stubs. Each is looked for as `challenges/ID/FILE`, which is where a copy of
the kit has it, as `ID/FILE`, and as `FILE`. The checks, fixtures and grader of a learner's own copy are not used.
"""

from __future__ import annotations

import sys
from pathlib import Path

from grader.challenge import MAX_SOURCE, Challenge, Kit, load_all

KIT = Kit(Path(__file__).resolve().parents[1])


def main(submission: Path) -> None:
    for challenge in load_all(KIT):
        found, why = look(submission, challenge)
        challenge.file.write_bytes(challenge.stub.read_bytes() if found is None else found)
        print(f"{challenge.id}: {why}")


def look(submission: Path, challenge: Challenge) -> tuple[bytes | None, str]:
    """The learner's source, and in words where it was found, or why there is none."""
    name = challenge.card.file
    for place in (f"challenges/{challenge.id}/{name}", f"{challenge.id}/{name}", name):
        path = submission / place
        if not path.is_file():
            continue
        if not path.resolve().is_relative_to(submission.resolve()):
            return None, f"{place} is a link to elsewhere, which is not followed"
        if path.stat().st_size > MAX_SOURCE:
            return None, f"{place} is larger than {MAX_SOURCE // 1024} KiB, and is not graded"
        return path.read_bytes(), f"taken from {place}"
    return None, f"no {name} was handed in"


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("take.py SUBMISSION: expected a folder")
    main(Path(sys.argv[1]))
