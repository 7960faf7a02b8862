"""`check` as a cell calls it; the shell is one that only remembers what was run."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.notebook import check, kernel
from grader.notebook.kernel import cell_of
from tests.classroom.small import RIGHT, WRONG, small_kit

CELL = RIGHT.decode().partition("\n\nif __name__ ==")[0]
SCRIPT = "</pre></style><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cells that were run in this kernel, in the folder of a kit."""
    cells: list[str] = ["", 'from grader.notebook import check, replay\nreplay("01")']
    monkeypatch.setenv("GRADER_KIT", str(small_kit(tmp_path)))
    monkeypatch.setattr(
        kernel, "_shell", lambda: SimpleNamespace(history_manager=SimpleNamespace(input_hist_raw=cells))
    )
    monkeypatch.setattr(kernel, "_last", {})
    return cells


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_verdict_is_that_of_the_cell_run_last(ran: list[str]) -> None:
    ran += [CELL, WRONG.decode(), "check('01')"]
    assert "buffers-body" in check("01")._repr_html_()
    ran += [CELL, "check('01')"]
    assert repr(check("01")).startswith("✓ Inspect a chunk: 9 of 9 points")


def test_a_check_by_itself_is_a_number_to_nbgrader(ran: list[str]) -> None:
    ran += [WRONG.decode()]
    assert float(repr(check("01", "returns-the-text"))) == 2
    assert float(repr(check("01", "prints-every-chunk-as-it-arrives"))) == 0
    assert "The wire" in check("01", "prints-every-chunk-as-it-arrives")._repr_html_()


def test_what_a_learner_wrote_is_text(ran: list[str]) -> None:
    ran += [
        f'def inspect_stream(prompt):\n    print("{SCRIPT}", flush=True)\n    raise ValueError("{SCRIPT}")  # {SCRIPT}'
    ]
    for shown in (check("01"), check("01", "asks-for-one-stream-by-hand")):
        html = Tags(shown._repr_html_())
        assert not html.tags & {"script", "img"}
        assert not {name for name in html.attributes if name.startswith("on")}


@pytest.mark.parametrize("only", [None, "returns-the-text"])
def test_what_goes_wrong_is_said_in_the_cell_and_gives_no_points(ran: list[str], only: str | None) -> None:
    shown = check("01", only)
    assert "No cell that defines inspect_stream has been run" in shown._repr_html_()
    assert only is None or repr(shown) == "0.0"
    assert "no challenge" in check("99")._repr_html_()


def test_a_check_that_does_not_exist_is_named(ran: list[str]) -> None:
    ran += [CELL]
    assert "There are: asks-for-one-stream-by-hand" in check("01", "nope")._repr_html_()


def test_magics_are_no_part_of_what_is_graded() -> None:
    assert cell_of("ask", ["%%time\ndef ask(): ..."]).splitlines()[0].startswith("# %%time")
    assert cell_of("ask", ["!ls\ndef ask(): ...", "def asked(): ..."]).splitlines()[0] == "# !ls"


@given(st.text(), st.lists(st.text()))
def test_any_cells_may_have_been_run(junk: str, more: list[str]) -> None:
    mine = f"{junk}\nasync def ask(prompt):\n    return 1"
    others = [cell for cell in more if "ask" not in cell]
    assert cell_of("ask", [*more, mine, *others]).splitlines()[-2:] == ["async def ask(prompt):", "    return 1"] or (
        junk.lstrip().startswith("%%")
    )
    with pytest.raises(UsageError):
        cell_of("ask", others)
