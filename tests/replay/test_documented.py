"""What docs/in-process.md shows runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from grader.replay.pulled import SHOWING

ROOT = Path(__file__).parents[2]


def test_the_example_runs_as_it_stands(monkeypatch, capsys) -> None:
    text = (ROOT / "docs" / "in-process.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(example, "in-process.md", "exec"), {})
    assert capsys.readouterr().out.strip() == SHOWING
