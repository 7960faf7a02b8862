"""The words: one sentence, three hints and a part of the lesson for each id, in the common file and in a challenge's."""

from pathlib import Path

import pytest
from cases import challenge, words

from grader.challenge import find_kit
from grader.diagnosis.misconceptions import LESSON, misconceptions
from grader.errors import UsageError

ROOT = Path(__file__).parents[2]
ALL = misconceptions(find_kit(ROOT).challenges)


@pytest.mark.parametrize("id", ALL)
def test_each_id_has_a_sentence_three_hints_and_a_part_of_the_lesson(id: str) -> None:
    text = ALL[id]
    assert text.says.endswith(".")
    assert len(set(text.hints)) == 3
    assert text.says not in text.hints
    assert text.lesson in LESSON
    for part in (text.says, *text.hints):
        assert part.strip() == part
        rest = part.replace("{where}", "").replace("{OPENAI_BASE_URL}", "")
        assert "{where" not in rest, "a place holder that nothing fills in"


def test_no_two_ids_say_the_same() -> None:
    said = [part for text in ALL.values() for part in (text.says, *text.hints)]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"C."', '"B."', "three different hints"),
        (', "C."', "", "key `hints`"),
        ("The two modes", "The two nodes", "no such part of the lesson, expected one of the two modes"),
        ('says = "So."', "", "key `says`: is missing"),
        ('says = "So."', 'says = "So."\nsaid = "So."', "key `said`"),
    ],
)
def test_words_that_are_not_complete_name_file_id_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    folder = challenge(tmp_path, words("own").replace(old, new))
    with pytest.raises(UsageError) as info:
        misconceptions(folder.parent)
    assert str(info.value).startswith(f"{folder / 'misconceptions.toml'}: id `own`: ")
    assert says in str(info.value).lower()


def test_an_id_has_its_words_once(tmp_path: Path) -> None:
    challenge(tmp_path, words("own"), name="05-own")
    challenge(tmp_path, words("own"), name="06-own")
    with pytest.raises(UsageError, match=r"06-own.*id `own`: has its words elsewhere"):
        misconceptions(tmp_path / "challenges")
    challenge(tmp_path, words("hard-coded"), name="06-own")
    with pytest.raises(UsageError, match=r"id `hard-coded`"):
        misconceptions(tmp_path / "challenges")


def test_without_a_kit_there_are_the_common_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_KIT", str(tmp_path))
    assert "not-flushed" in misconceptions()
