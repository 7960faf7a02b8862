"""What changes something, or is taken along: the live page, a roster, exports, a regrading."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from grader.classroom.model import Handed
from tests import breadth
from tests.dashboard.browser.conftest import Opened, Served
from tests.dashboard.browser.looking import axe_clean, no_sideways
from tests.dashboard.classes import FORMULA, NOON, Sent, _of, programs


def graded(served: Served, student: str, number: int) -> None:
    """What `grader class` does with one submission, in another process as far as the dashboard knows."""
    sent = Sent(student, programs()["buffers"].copy(900 + number), 0)
    program = sent.program
    store = served.desk.store
    store.hand_in([Handed(student, program.challenge, program.file, program.source, NOON, "sub")])
    store.record_all(store.begin("grade", policy="fixed:7", kit="0.1.0", who="tess"), [_of(sent)])


def test_a_result_arrives_on_the_live_page_without_loading_it_again(opened: Opened, served: Served) -> None:
    with opened() as tab:
        tab.goto("/live")
        tab.get_by_text("Live.", exact=True).wait_for()
        tab.evaluate("window.same = true")
        rows = tab.locator("#live-rows tr")
        before = rows.count()
        graded(served, "zoe", 1)
        tab.wait_for_function("n => document.querySelectorAll('#live-rows tr').length > n", arg=before)
        assert "Zoe Idle" in rows.first.inner_text()
        assert tab.evaluate("window.same"), "nothing was loaded again"
        tab.locator("#live-said").get_by_text("1 new").wait_for(state="attached")
        tab.get_by_role("button", name="Pause").click()
        axe_clean(tab)


def test_an_assistants_live_page_shows_nothing_of_another_section(opened: Opened, served: Served) -> None:
    with opened("assistant") as tab:
        tab.goto("/live")
        tab.get_by_text("Live.", exact=True).wait_for()
        graded(served, "gus", 2)  # section B
        graded(served, "dee", 3)  # section A
        tab.locator("#live-rows").get_by_text("Dee").wait_for()
        assert tab.locator("#live-rows").get_by_text("Gus").count() == 0


def test_a_roster_is_looked_at_and_then_imported(opened: Opened, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(
        'id,name,email,section\nzoe,Zoe Busy,,B\nnew,"<u>New</u>",new@school.example,B\n,nobody,,\n', "utf-8"
    )
    with opened() as tab:
        tab.goto("/roster")
        tab.get_by_label("The file").set_input_files(roster)
        tab.get_by_role("button", name="Look at it").click()
        said = tab.locator("main").inner_text()
        assert "Nothing is imported yet" in said
        for what in ("Zoe Busy", "<u>New</u>", "row"):
            assert what in said
        no_sideways(tab)
        axe_clean(tab)
        tab.get_by_role("button", name="Import 2 students").click()
        assert "2 students are imported" in tab.get_by_role("status").first.inner_text()
        tab.goto("/")
        assert tab.get_by_text("Zoe Busy").count() >= 1


@pytest.mark.parametrize("which", breadth.each(3, range(6)))  # tests/dashboard/test_exports.py has all of them
def test_each_export_is_a_download_without_formulas(opened: Opened, which: int) -> None:
    with opened() as tab:
        tab.goto("/exports")
        forms = tab.locator("input[name=form]")
        if which >= forms.count():
            pytest.skip("there are fewer")
        forms.nth(which).check()
        with tab.expect_download() as waiting:
            tab.get_by_role("button", name="Download").click()
        text = Path(waiting.value.path()).read_text("utf-8-sig")
        assert "ada" in text
        if waiting.value.suggested_filename.endswith(".csv"):
            rows = list(csv.reader(text.splitlines()))
            assert len({len(row) for row in rows if row}) == 1
            assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
            assert any(f"'{FORMULA}" in row for row in rows)
        else:
            assert all(json.loads(line) for line in text.splitlines())


def test_a_regrading_is_tried_out_and_decided(opened: Opened, served: Served) -> None:
    with opened() as tab:
        tab.goto("/regrade")
        tab.get_by_label("Prove include_usage").check()
        tab.get_by_role("button", name="Try it out").click()
        tab.get_by_role("heading", name="To be decided").wait_for(timeout=60_000)
        no_sideways(tab)
        axe_clean(tab)
        tab.get_by_role("link", name="Commit").click()
        axe_clean(tab)
        tab.get_by_role("button", name="Commit it").click()
        assert "committed" in tab.get_by_role("group", name="Earlier regradings").inner_text()
        tab.goto("/history")
        assert "regrade" in tab.locator("table").inner_text()
