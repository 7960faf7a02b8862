"""`nbgrader export --exporter=grader.notebook.exporter.ReportExporter --to FOLDER`: our reports, a file a student.

Each holds all of the student's challenges, with the points that the gradebook has: what was given by hand counts. With
`--to FILE.jsonl` a line a student.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nbgrader.plugins import ExportPlugin

from grader.grading import whole
from grader.notebook.gradebook import standings
from grader.report import Report

DEFAULT = "reports-of-students"


class ReportExporter(ExportPlugin):  # type: ignore[misc]
    """`--student` and `--assignment` choose, as they do for nbgrader's own exporter."""

    def export(self, gradebook: Any) -> None:
        """Writes the reports. Who has none is named in the log."""
        to = Path(self.to or DEFAULT)
        found = dict(self._reports(gradebook))
        if to.suffix == ".jsonl":
            lines = (
                json.dumps({"student": who, "report": json.loads(r.model_dump_json(by_alias=True))})
                for who, r in found.items()
            )
            to.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        else:
            to.mkdir(parents=True, exist_ok=True)
            for student, report in found.items():
                (to / f"{quote(student, safe=' @+,')}.json").write_text(report.to_json(), "utf-8")
        self.log.info("Wrote the reports of %s students to %s", len(found), to)

    def _reports(self, gradebook: Any) -> Iterator[tuple[str, Report]]:
        by_student: dict[str, list[Report]] = defaultdict(list)
        for one in standings(gradebook, self.parent.coursedir):
            if self.student and one.student not in map(str, self.student):
                continue
            if self.assignment and one.challenge.id not in map(str, self.assignment):
                continue
            if one.report is None:
                self.log.warning("%s · %s: no report of ours. Autograde it.", one.student, one.challenge.id)
                continue
            by_student[one.student].append(one.report)
        for student, reports in sorted(by_student.items()):
            yield student, together(reports)


def together(reports: list[Report]) -> Report:
    """One report of a student's challenges. Seed and kit are the newest one's."""
    newest = max(reports, key=lambda report: report.started)
    return whole(
        sorted((challenge for report in reports for challenge in report.challenges), key=lambda c: c.id),
        kit=newest.kit,
        seed=newest.seed,
        seed_given=newest.seed_given,
        isolation=newest.isolation,
        started=datetime.fromisoformat(newest.started.replace("Z", "+00:00")),
        duration_s=sum(report.duration_s for report in reports),
    )
