"""What learning platforms give: Moodle, Canvas, Gradescope, nbgrader; zipped and unpacked."""

from __future__ import annotations

import json
import unicodedata
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.classroom.model import Gathered
from tests import breadth
from tests.classroom.handing_in import CODE, FIRST, SECOND, gathered, pairs, put, said, zipped

MOODLE = {
    "Zoë Ångström_12345_assignsubmission_file_/inspect_chunk.py": CODE,
    "Zoë Ångström_12345_assignsubmission_onlinetext_/onlinetext.html": "<p>hi",
    "Jo_Ann O'Neil_12346_assignsubmission_file/inspect_chunk.py": CODE,
    "李 小龙_12347_assignsubmission_file_/work.zip": zipped({"inspect_chunk.py": CODE}),
}
MOODLE_FLAT = {
    "Zoë Ångström_12345_assignsubmission_file_inspect_chunk.py": CODE,
    "Jo_Ann O'Neil_12346_assignsubmission_file_inspect_chunk.py": CODE,
    "李 小龙_12347_assignsubmission_file_work.zip": zipped({"inspect_chunk.py": CODE}),
}
CANVAS = {
    "doejane_4711_90001_inspect_chunk.py": CODE,
    "ångströmzoë_LATE_4712_90002_inspect_chunk-1.py": CODE,
    "o_neil_4713_90003_inspect_chunk.py": CODE + b"# first\n",
    "o_neil_4713_90007_inspect_chunk-2.py": CODE,
}
GRADESCOPE = {
    "assignment_1_export/submission_metadata.yml": """
submission_1:
  :submitters:
  - :name: Zoë Ångström
    :sid: '007'
    :email: zoe@school.edu
  :created_at: 2026-11-25 17:00:00.123456000 Z
  :score: 0.0
  :results:
    tests: []
submission_2:
  :submitters:
  - :name: Jane Doe
    :sid:
    :email: jane@school.edu
  - :name: Jo O'Neil
    :sid: '008'
    :email: jo@school.edu
  :created_at: 2026-11-25 18:00:00 +0100
""",
    "assignment_1_export/submission_1/inspect_chunk.py": CODE,
    "assignment_1_export/submission_2/main/inspect_chunk.py": CODE,
    "assignment_1_export/submission_3/inspect_chunk.py": CODE,
}


def both_ways(tmp_path: Path, files: dict[str, bytes | str], zip_name: str = "download.zip") -> list[Gathered]:
    """As the zip itself, as a zip among others, and unpacked."""
    put(tmp_path / "packed", {zip_name: zipped(files)})
    put(tmp_path / "unpacked", files)
    return [gathered(tmp_path / "packed" / zip_name), gathered(tmp_path / "packed"), gathered(tmp_path / "unpacked")]


@pytest.mark.parametrize("files", [MOODLE, MOODLE_FLAT], ids=["folders", "flat"])
def test_moodle_knows_students_by_their_full_names(tmp_path: Path, files: dict[str, bytes | str]) -> None:
    for found in both_ways(tmp_path, files):
        assert pairs(found) == [("Jo_Ann O'Neil", "01"), ("Zoë Ångström", "01"), ("李 小龙", "01")]
        assert said(found.problems) == ""


def test_the_name_of_a_download_may_say_which_challenge_it_is_for(tmp_path: Path) -> None:
    files = {"Jane Doe_1_assignsubmission_file_/main.py": CODE}
    put(tmp_path, {f"COURSE-{SECOND}-4711.zip": zipped(files)})
    assert pairs(gathered(tmp_path)) == [("Jane Doe", "02")]
    put(tmp_path / "other", {"COURSE-homework-4711.zip": zipped(files)})
    found = gathered(tmp_path / "other")
    assert found.handed == []
    assert "could be for any challenge" in said(found.problems)


def test_two_participants_of_one_name_are_kept_apart_and_a_roster_can_name_them(tmp_path: Path) -> None:
    files = {f"Jane Doe_{n}_assignsubmission_file_/inspect_chunk.py": CODE + b"#" * n for n in (1, 2)}
    put(tmp_path, {"moodle.zip": zipped(files)})
    found = gathered(tmp_path)
    assert pairs(found) == [("Jane Doe_1", "01"), ("Jane Doe_2", "01")]
    assert "several participants have this name (1 and 2)" in said(found.problems)
    roster = put(tmp_path / "roster", {"r.csv": "id,name,also\njd1,Jane Doe,1\njd2,Jane Doe,2\n"}) / "r.csv"
    assert pairs(gathered(tmp_path, roster)) == [("jd1", "01"), ("jd2", "01")]


def test_the_roster_finds_moodles_students_across_assignments(tmp_path: Path) -> None:
    put(tmp_path, {"a.zip": zipped({"ZOË ångström_1_assignsubmission_file_/inspect_chunk.py": CODE})})
    decomposed = unicodedata.normalize("NFD", "Zoë Ångström")
    put(tmp_path, {"b.zip": zipped({f"{decomposed}_77_assignsubmission_file_/prove_usage.py": CODE})})
    roster = put(tmp_path, {"r.csv": "id,name\ns1,Zoë Ångström\ns2,Jane Doe\n"}) / "r.csv"
    found = gathered(tmp_path, roster)
    assert pairs(found) == [("s1", "01"), ("s1", "02")]
    assert [student.id for student in found.students] == ["s1", "s2"]


def test_canvas_numbers_resubmissions_and_marks_late_ones(tmp_path: Path) -> None:
    for found in both_ways(tmp_path, CANVAS):
        assert pairs(found) == [("4711", "01"), ("4712", "01"), ("4713", "01")]
        assert {each.name for each in found.handed} == {"inspect_chunk.py"}
        assert {each.source for each in found.handed} == {CODE}
        text = said(found.problems)
        assert "is marked LATE" in text and "4712" in text
        assert "was uploaded 2 times as inspect_chunk.py: the last one is taken" in text
        assert len(found.problems) == 2


def test_canvas_students_are_found_by_number_or_by_the_name_that_it_sorts_by(tmp_path: Path) -> None:
    put(tmp_path, {"canvas.zip": zipped(CANVAS)})
    roster = put(tmp_path, {"r.csv": "id,name,also\njane,Jane Doe,\nzoe,Zoë Ångström,4712\n"}) / "r.csv"
    found = gathered(tmp_path, roster)
    assert pairs(found) == [("4713", "01"), ("jane", "01"), ("zoe", "01")]
    assert "'4713' is not in the roster" in said(found.problems)


def test_gradescope_says_whose_it_is_and_when(tmp_path: Path) -> None:
    for found in both_ways(tmp_path, GRADESCOPE):
        assert pairs(found) == [("007", "01"), ("008", "01"), ("jane@school.edu", "01"), ("submission_3", "01")]
        assert {each.at for each in found.handed if each.student != "submission_3"} == {
            datetime(2026, 11, 25, 17, 0, 0, 123456, UTC), datetime(2026, 11, 25, 17, tzinfo=UTC),
        }  # fmt: skip
        assert "submission_metadata.yml does not say whose it is" in said(found.problems)


@pytest.mark.parametrize(
    "metadata", ["", "[", "- 1\n- 2", "submission_1: 7", "submission_1:\n  :submitters: [5]", "\0", "&a [*a]"]
)
def test_metadata_that_is_broken_loses_no_submission(tmp_path: Path, metadata: str) -> None:
    put(tmp_path, {"submission_metadata.yml": metadata, "submission_1/inspect_chunk.py": CODE})
    found = gathered(tmp_path)
    assert pairs(found) == [("submission_1", "01")]
    assert found.problems


def cell(source: str, **nbgrader: object) -> dict[str, object]:
    return {
        "cell_type": "code",
        "metadata": {"nbgrader": nbgrader} if nbgrader else {},
        "source": source.splitlines(True),
    }


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)})


def test_nbgraders_tree_gives_the_solution_cells_and_what_they_need(tmp_path: Path) -> None:
    book = notebook(
        cell("import requests", locked=True, grade=False, solution=False),
        cell(
            "%matplotlib inline\n!pip install x\ndef inspect_stream(prompt):\n    return {}", solution=True, grade=False
        ),
        cell("inspect_stream('tried by hand')"),
        cell("assert inspect_stream('x')", grade=True, locked=True, solution=False),
        {"cell_type": "markdown", "metadata": {}, "source": "text"},
    )
    put(
        tmp_path,
        {
            f"submitted/alice/{FIRST}/{FIRST}.ipynb": book,
            f"submitted/alice/{FIRST}/timestamp.txt": "2026-11-25 15:58:23.948203 UTC",
            "submitted/bob/week1/inspect_chunk.ipynb": book,
            f"submitted/carl/{FIRST}/{FIRST}.ipynb": "{}",
            f"release/{FIRST}/{FIRST}.ipynb": book,
            f"autograded/alice/{FIRST}/{FIRST}.ipynb": book,
        },
    )
    for found in (gathered(tmp_path), gathered(tmp_path / "submitted")):
        assert pairs(found) == [("alice", "01"), ("bob", "01")]
        assert found.handed[0].at == datetime(2026, 11, 25, 15, 58, 23, 948203, UTC)
        code = found.handed[0].source.decode()
        compile(code, "x", "exec")
        assert "import requests" in code and "# %matplotlib" in code and "# !pip" in code
        assert "tried by hand" not in code and "assert" not in code
        assert "is no notebook of version 4" in said(found.problems)


def test_a_notebook_without_nbgraders_marks_gives_all_its_code(tmp_path: Path) -> None:
    put(tmp_path, {"alice/inspect_chunk.ipynb": notebook(cell("import json"), cell("%%bash\nls"), cell("x = 1"))})
    code = gathered(tmp_path).handed[0].source.decode()
    assert code == "import json\n\n\n# %%bash\n# ls\n\n\nx = 1\n"


def test_a_class_zipped_as_folders_is_a_class(tmp_path: Path) -> None:
    inside = {f"alice/{FIRST}/inspect_chunk.py": CODE, "bob/prove_usage.py": CODE}
    put(tmp_path, {"a/class.zip": zipped(inside), "b/class.zip": zipped({f"class/{k}": v for k, v in inside.items()})})
    assert pairs(gathered(tmp_path / "a" / "class.zip")) == [("alice", "01"), ("bob", "02")]
    assert pairs(gathered(tmp_path / "b" / "class.zip")) == [("alice", "01"), ("bob", "02")]


def test_one_student_in_two_downloads_keeps_both_and_is_told_apart_by_nothing(tmp_path: Path) -> None:
    for n in (1, 2):
        put(
            tmp_path,
            {f"round{n}.zip": zipped({f"Jane Doe_{n}_assignsubmission_file_/inspect_chunk.py": CODE + b"#" * n})},
        )
    put(tmp_path, {"again.zip": zipped({"Jane Doe_3_assignsubmission_file_/inspect_chunk.py": CODE + b"##"})})
    found = gathered(tmp_path)
    assert pairs(found) == [("Jane Doe", "01"), ("Jane Doe", "01")]
    assert "handed in 2 times for 01-inspect-a-chunk" in said(found.problems)


def test_a_student_cannot_say_when_they_handed_in(tmp_path: Path) -> None:
    own = {"inspect_chunk.py": CODE, "timestamp.txt": "2001-01-01 00:00:00 UTC"}
    put(tmp_path, {"moodle.zip": zipped({f"Jane Doe_1_assignsubmission_file_/{k}": v for k, v in own.items()})})
    put(tmp_path, {"bob.zip": zipped(own)})
    assert [each.at for each in gathered(tmp_path, times=True).handed] == [None, None]


def test_what_is_nobodys_in_a_zip_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"moodle.zip": zipped({**MOODLE, "inspect_chunk.py": CODE})})
    assert "moodle.zip: inspect_chunk.py: lies in no student's folder" in said(gathered(tmp_path).problems)


PARTS = st.sampled_from(
    [
        "alice", "Zoë", "submitted", "submission_1", "challenges", FIRST, SECOND, "old", "Jane_1_assignsubmission_file_",
        "doe_1_2_inspect_chunk.py", "doe_LATE_1_2_prove_usage-1.py", "Jo_2_assignsubmission_file_inspect_chunk.py",
        "inspect_chunk.py", "prove_usage (1).py", "helper.py", "x.ipynb", "work.zip", "timestamp.txt", "..", "",
        "submission_metadata.yml",
    ]
)  # fmt: skip
CONTENTS = st.sampled_from(
    [CODE, b"", b"\0", b"{}", b"submission_1:\n  :submitters:\n  - :sid: '1'\n", zipped({"inspect_chunk.py": CODE})]
)


@settings(
    max_examples=breadth.examples(120), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    files=st.dictionaries(st.lists(PARTS, min_size=1, max_size=4).map("/".join).filter(bool), CONTENTS, max_size=6),
    whole=st.booleans(),
)
def test_whatever_is_in_a_zip_no_python_file_is_lost_without_a_word(
    tmp_path: Path, files: dict[str, bytes], whole: bool
) -> None:
    path = tmp_path / f"{uuid.uuid4()}" / "class.zip"
    put(path.parent, {"class.zip": zipped(files)})
    found = gathered(path if whole else path.parent)
    if any(name.endswith("inspect_chunk.py") for name in files):
        assert found.handed or found.problems
    assert {each.student for each in found.handed} <= {student.id for student in found.students}
    for each in found.handed:
        assert each.source == CODE or each.source in files.values() or each.name.endswith(".ipynb")


def test_whoever_is_on_the_roster_cannot_pass_their_folder_off_as_a_download(tmp_path: Path) -> None:
    forged = {"doejane_4711_90001_inspect_chunk.py": CODE}
    put(tmp_path, {f"class/mallory/{name}": content for name, content in forged.items()})
    put(tmp_path, {"class/m2.zip": zipped(forged), "r.csv": "id,name\nmallory,Mal Lory\nm2,M Two\njane,Jane Doe\n"})
    found = gathered(tmp_path / "class", tmp_path / "r.csv")
    assert found.handed == []
    assert {problem.student for problem in found.problems} == {"mallory", "m2"}
