"""What docs/running-a-class.md shows works as it stands there."""

from __future__ import annotations

import re

from grader.classroom import policyfile, roster
from tests.corpus import ROOT, challenges

PAGE = (ROOT / "docs" / "running-a-class.md").read_text("utf-8")


def test_the_class_toml_of_the_guide_is_one() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    policy = policyfile.parse(text, "class.toml", list(challenges()))
    assert len(policy.only) == 3
    assert policy.extensions[0].student == "jdoe"


def test_the_roster_of_the_guide_is_one() -> None:
    lines = [line.strip() for line in PAGE.splitlines() if re.match(r"    (id|jdoe|zang),", line)]
    found = roster.parse("\n".join(lines), "roster.csv")
    assert [student.id for student in found.students] == ["jdoe", "zang"]
    assert found.problems == []
    zoe = found.find(["zoë ångström"])
    assert zoe is not None and zoe.id == "zang"


def test_every_section_is_listed() -> None:
    listed = re.findall(r"^- \[(.*?)\]\(#(.*?)\)$", PAGE, re.MULTILINE)
    sections = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    assert [title for title, _ in listed] == sections
    for title, anchor in listed:
        assert anchor == re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
