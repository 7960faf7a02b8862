"""Every name that `--format` takes leads to a form."""

import json
import subprocess
import sys

import pytest

from grader.report import Report
from grader.show.formats import Format, render

REPORT = Report(
    schema="grader/result/v1", kit={"version": "0", "challenges_sha256": ""}, seed=1, isolation={"tier": "", "missing": []},
    started="", duration_s=0, points=0, max_points=0, status="pass", challenges=[],
)  # fmt: skip


@pytest.mark.parametrize("format", list(Format))
def test_every_format_makes_a_text_that_ends_in_a_line_break(format: Format) -> None:
    assert render(REPORT, format, 1).endswith("\n")


def test_json_is_the_report() -> None:
    assert Report.model_validate(json.loads(render(REPORT, Format.json, 1))) == REPORT


def test_a_form_is_imported_only_when_it_is_asked_for() -> None:
    code = "import sys, grader.cli; print([m for m in sys.modules if m.startswith('grader.show.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['grader.show.formats']"
