"""docs/misconceptions.md is what the tables and the words make of it."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from cases import challenge, row, words

from grader.challenge import find_kit, load_all
from grader.diagnosis.misconceptions import misconceptions
from tests.commands.kits import copy_kit

ROOT = Path(__file__).parents[2]


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_misconceptions", ROOT / "docs" / "misconceptions.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date() -> None:
    made = maker().page(load_all(find_kit(ROOT)))
    assert (ROOT / "docs" / "misconceptions.md").read_text("utf-8") == made, "run: python docs/misconceptions.py"


def test_every_id_stands_in_it_with_its_words_and_every_link_leads_somewhere() -> None:
    made = maker().page(load_all(find_kit(ROOT)))
    anchors = {
        re.sub(r"[^\w\- ]", "", line.lstrip("# ")).lower().replace(" ", "-")
        for line in made.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", made)) <= anchors
    for text in misconceptions(ROOT / "challenges").values():
        block = made.partition(f"#### `{text.id}`\n")[2].partition("\n#")[0]
        assert all(part in block for part in (text.says, *text.hints, text.lesson)), text.id


def test_what_a_challenge_adds_stands_in_it(tmp_path: Path) -> None:
    kit = copy_kit(tmp_path)
    challenge(kit, words("own"), row("texts", "own", "trait: moon"), name="01-inspect-a-chunk")
    made = maker().page(load_all(find_kit(kit)))
    added = made.partition("## Challenge 01 adds")[2].partition("\n## ")[0]
    assert "| trait: moon | [`own`](#own) | by its own row |" in added
    assert "#### `own`" in made
