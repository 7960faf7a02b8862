"""Makes the README's pictures from real gradings: `python docs/pictures.py`."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from rich.text import Text

from grader.challenge import find_kit, library_sets, load_all, select
from grader.grading import Work, grade
from grader.session import Session
from grader.show import terminal

HERE = Path(__file__).parent
SEED = 4711
PICTURES = {
    "failing": ("make grade C=1", "tests/submissions/01-inspect-a-chunk/wrong/not-flushed--stdout-buffer.py"),
    "passing": ("make grade C=1", "solutions/01-inspect-a-chunk.py"),
}


def main() -> None:
    kit = find_kit(HERE)
    chosen = select(load_all(kit), ["1"])
    with Session(*library_sets(chosen)) as session:
        for name, (command, path) in PICTURES.items():
            report = grade(session, kit, [Work(chosen[0], chosen[0].submission(kit.root / path))], seed=SEED)
            out = Console(record=True, width=100, force_terminal=True, highlight=False, file=io.StringIO())
            out.print(Text(f"$ {command}\n", style="bold"))
            terminal.show(report, out)
            out.save_svg(str(HERE / "pictures" / f"{name}.svg"), title="stream challenge kit")


if __name__ == "__main__":
    main()
