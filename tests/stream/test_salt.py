"""Salting: another stream of the same shape, the same for the same seed, and no room for a hard-coded answer."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import jsonschema
import pytest
from chats import KIT, NAMES, TEXT, chats, chunk, fixture_of, stream_of
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from grader.stream.body import join
from grader.stream.fixture import Fixture, Salting
from grader.stream.reply import Reply
from grader.stream.salt import TEXT_FIELDS, salt, salt_json, salt_text
from tests import breadth

BY_NAME = dict(zip(NAMES, KIT, strict=True))
SEEDS = st.integers(0, 2**48)
MANY = range(40)

every_fixture = pytest.mark.parametrize("fixture", breadth.each(8, KIT), ids=NAMES)


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def text_fields(reply: Reply) -> list[tuple[int, str, str]]:
    """Each text of each delta: index of the delta, name, text."""
    return [(i, name, delta[name]) for i, delta in enumerate(reply.deltas) for name in TEXT_FIELDS if delta.get(name)]


def sizes(reply: Reply) -> list[tuple[int, str, int, int]]:
    return [(i, name, len(text), len(text.encode())) for i, name, text in text_fields(reply)]


def keys(value: Any) -> Any:
    """A value's shape: its keys, and its types but for the text and numbers in it."""
    if isinstance(value, dict):
        return {key: keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [keys(item) for item in value]
    return type(value)


# -- any stream -----------------------------------------------------------------------------------------------------


@given(chats(), SEEDS)
def test_any_stream_can_be_salted(fixture: Fixture, seed: int) -> None:
    salted = salt(fixture, seed, model="new")
    assert [keys(c) for c in salted.reply.chunks] == [keys(c) for c in fixture.reply.chunks]
    assert [part.data is None for part in salted.parts] == [part.data is None for part in fixture.parts]


@given(chats(), SEEDS)
def test_the_same_seed_gives_the_same_bytes(fixture: Fixture, seed: int) -> None:
    assert join(salt(fixture, seed, model="m").parts) == join(salt(fixture, seed, model="m").parts)


@given(chats(), SEEDS)
def test_every_delta_keeps_its_length_in_characters_and_in_bytes(fixture: Fixture, seed: int) -> None:
    assert sizes(salt(fixture, seed, model="m").reply) == sizes(fixture.reply)


@given(chats(), SEEDS)
def test_salting_leaves_the_fixture_as_it_is(fixture: Fixture, seed: int) -> None:
    before = fixture.body, list(fixture.parts), json.dumps(fixture.reply.chunks)
    salt(fixture, seed, model="m")
    assert (fixture.body, list(fixture.parts), json.dumps(fixture.reply.chunks)) == before


@given(chats(), SEEDS)
def test_without_usage_there_is_no_usage_key_and_the_rest_stays(fixture: Fixture, seed: int) -> None:
    salted = salt(fixture, seed, model="m")
    bare = salted.without_usage()
    assert all("usage" not in c for c in bare.reply.chunks if c)
    assert bare.reply.deltas == salted.reply.deltas
    assert bare.reply.finish_reason == salted.reply.finish_reason
    kept = [c for c in salted.reply.chunks if c is None or c.get("choices") or not c.get("usage")]
    assert len(bare.reply.chunks) == len(kept)


# -- the kit's streams ------------------------------------------------------------------------------------------------


@every_fixture
def test_another_seed_gives_another_text(fixture: Fixture) -> None:
    texts = {"".join(t for _, _, t in text_fields(salt(fixture, seed, model="m").reply)) for seed in MANY}
    assert len(texts) == len(MANY), "two of so many texts must not be the same"
    assert "".join(t for _, _, t in text_fields(fixture.reply)) not in texts


@every_fixture
def test_the_read_boundaries_of_the_text_keep_their_places(fixture: Fixture) -> None:
    for seed in MANY:
        assert sizes(salt(fixture, seed, model="m").reply) == sizes(fixture.reply)


@every_fixture
def test_the_finish_reason_is_among_the_allowed(fixture: Fixture) -> None:
    allowed = set(fixture.about.salt.finish) or {fixture.reply.finish_reason}
    assert {salt(fixture, seed, model="m").reply.finish_reason for seed in MANY} == allowed


@every_fixture
def test_a_finish_reason_that_is_asked_for_is_had(fixture: Fixture) -> None:
    for reason in ("stop", "length"):
        wanted = reason if fixture.reply.finish_reason else None  # where there is none, none is invented
        assert salt(fixture, 1, model="m", finish=reason).reply.finish_reason == wanted


@every_fixture
def test_usage_adds_up_and_never_shrinks(fixture: Fixture) -> None:
    assert len(salt(fixture, 0, model="m").reply.usages) == len(fixture.reply.usages)
    for seed in MANY:
        usages = salt(fixture, seed, model="m").reply.usages
        for usage, recorded in zip(usages, fixture.reply.usages, strict=True):
            assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"]
            assert usage["prompt_tokens"] > recorded["prompt_tokens"]
            assert usage["completion_tokens"] > recorded["completion_tokens"]
        totals = [usage["completion_tokens"] for usage in usages]
        recorded_totals = [usage["completion_tokens"] for usage in fixture.reply.usages]
        assert [b - a for a, b in itertools.pairwise(totals)] == [b - a for a, b in itertools.pairwise(recorded_totals)]


def test_a_running_total_runs() -> None:
    totals = [usage["total_tokens"] for usage in salt(BY_NAME["02/running"], 5, model="m").reply.usages]
    assert len(totals) > 3
    assert totals == sorted(totals)
    assert totals[0] < totals[-1]


@every_fixture
def test_ids_keep_their_shape_and_the_model_is_the_run_s(fixture: Fixture) -> None:
    salted = salt(fixture, 7, model="cedar-7b-chat")
    renamed: dict[str, str] = {}
    for old, new in zip(fixture.reply.chunks, salted.reply.chunks, strict=True):
        if old is None or new is None:
            continue
        assert new.get("model") == ("cedar-7b-chat" if "model" in old else None)
        if isinstance(old.get("id"), str):
            assert [_kind(c) for c in new["id"]] == [_kind(c) for c in old["id"]]
            assert new["id"].rpartition("-")[0] == old["id"].rpartition("-")[0]
            assert renamed.setdefault(old["id"], new["id"]) == new["id"], "one id stays one id"
    assert any(old != new for old, new in renamed.items()) or not any(renamed), "some servers send an empty id"


def _kind(c: str) -> str:
    return "d" if c.isdigit() else "l" if c.islower() else "u" if c.isupper() else c


@every_fixture
def test_the_framing_and_the_spelling_of_the_json_stay(fixture: Fixture) -> None:
    salted = salt(fixture, 3, model="m")
    for old, new in zip(fixture.parts, salted.parts, strict=True):
        if old.data is None or old.data == "[DONE]":
            assert new == old
            continue
        assert new.data is not None
        at = old.raw.index(b"data:")
        assert new.raw[:at] == old.raw[:at]
        assert new.raw.endswith(old.raw[at + 5 :].lstrip().removeprefix(old.data.encode()))
        assert old.data.isascii() <= new.data.isascii()
        assert ('": ' in old.data) == ('": ' in new.data) or '": ' in "".join(salted.reply.pieces)


@every_fixture
def test_without_usage_only_what_is_about_usage_goes(fixture: Fixture) -> None:
    salted = salt(fixture, 3, model="m")
    bare = salted.without_usage()
    assert b'"usage"' not in join(bare.parts)
    assert bare.reply.deltas == salted.reply.deltas
    gone = sum(1 for part in bare.parts if not part.raw)
    assert gone == sum(1 for c in salted.reply.chunks if c and c.get("usage") and not c["choices"])
    assert len(bare.parts) == len(salted.parts), "what goes leaves its place"


# -- text -----------------------------------------------------------------------------------------------------------


@given(TEXT, SEEDS)
def test_text_is_exchanged_character_for_character_of_the_same_width(text: str, seed: int) -> None:
    other = salt_text(text, random.Random(seed))
    assert [len(c.encode()) for c in other] == [len(c.encode()) for c in text]
    for old, new in zip(text, other, strict=True):
        assert new == old or old.isalnum() or not old.isascii(), "white space and punctuation stay"


@given(
    st.text(st.sampled_from(" ab9é安🍕.,!\n"), max_size=20), st.sampled_from(["data: ", "é安", "ab", ".", "9 a"]), SEEDS
)
def test_phrases_to_keep_stay(text: str, phrase: str, seed: int) -> None:
    other = salt_text(text + phrase + text, random.Random(seed), [phrase])
    assert other.count(phrase) >= (text + phrase + text).count(phrase)


def test_the_fixture_that_speaks_of_data_goes_on_doing_so() -> None:
    for seed in MANY:
        assert "data: " in salt(BY_NAME["01/data-in-text"], seed, model="m").reply.text


@pytest.mark.parametrize("char", "áÉ安あ€🍕")
def test_a_character_beyond_ascii_becomes_another_of_its_width(char: str) -> None:
    others = {salt_text(char, random.Random(seed)) for seed in MANY}
    assert len(others) > 3
    assert {len(other.encode()) for other in others} == {len(char.encode())}
    assert all(0x85 not in other.encode() for other in others), "0x85 is a line end to who decodes as ISO-8859-1"


@pytest.mark.parametrize(("word", "check"), [("hello", str.islower), ("HELLO", str.isupper), ("Hello", str.istitle)])
def test_words_keep_their_case(word: str, check: Any) -> None:
    others = {salt_text(word, random.Random(seed)) for seed in MANY}
    assert all(check(other) for other in others)
    assert len(others) > 3


def test_a_number_does_not_get_a_leading_zero() -> None:
    assert all(salt_text("1024", random.Random(seed))[0] != "0" for seed in range(200))


# -- JSON as content --------------------------------------------------------------------------------------------------

VALID = [name for name in NAMES if name.startswith("03/re") and name not in ("03/refusal",)]
INVALID = ["03/wrong-types", "03/out-of-bounds", "03/cut-off", "03/more-text", "03/more-paragraphs", "03/refusal"]


@pytest.mark.parametrize("name", VALID)
def test_a_valid_recipe_stays_valid(name: str) -> None:
    schema = Recipe.model_json_schema()
    for seed in breadth.some(5, range(100)):
        text = salt(BY_NAME[name], seed, model="m").reply.text
        Recipe.model_validate_json(text)
        jsonschema.validate(json.loads(text), schema)


@pytest.mark.parametrize("name", VALID)
def test_the_numbers_of_a_recipe_stay_in_their_ranges_and_change(name: str) -> None:
    fixture = BY_NAME[name]
    for key, (low, high) in fixture.about.salt.ranges.items():
        found = {json.loads(salt(fixture, seed, model="m").reply.text)[key] for seed in MANY}
        assert all(low <= number <= high for number in found)
        assert len(found) > 1


@pytest.mark.parametrize("name", INVALID)
def test_what_is_no_valid_recipe_never_becomes_one(name: str) -> None:
    for seed in breadth.some(5, range(100)):
        with pytest.raises(ValidationError):
            Recipe.model_validate_json(salt(BY_NAME[name], seed, model="m").reply.text)


@pytest.mark.parametrize(("name", "between"), [("more-text", " "), ("more-paragraphs", "\n\n")])
def test_a_whole_recipe_followed_by_text_still_begins_with_a_valid_one(name: str, between: str) -> None:
    for seed in MANY:
        text = salt(BY_NAME[f"03/{name}"], seed, model="m").reply.text
        value, end = json.JSONDecoder().raw_decode(text)
        Recipe.model_validate(value)
        assert text[end:].startswith(between)
        assert text[end:].strip()


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
HOW = Salting(content="json", ranges={"a": (1, 100)})


@given(st.dictionaries(TEXT, JSONS, max_size=4), SEEDS, st.booleans(), st.sampled_from([None, 2]))
def test_json_stays_json_with_the_same_keys(
    value: dict[str, Any], seed: int, escaped: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=escaped, indent=indent)
    other = salt_json(text, random.Random(seed), HOW)
    assert keys(json.loads(other)) == keys(value)
    assert len(other) == len(text)


@example(value={"a": "x\ny"}, share=0.66, seed=0)  # cut off behind a backslash
@example(value={"a": "é\u2028"}, share=0.5, seed=0)
@given(value=st.dictionaries(TEXT, JSONS, max_size=4), share=st.floats(0, 1), seed=SEEDS)
def test_json_cut_off_anywhere_keeps_its_length(value: dict[str, Any], share: float, seed: int) -> None:
    whole = json.dumps(value)
    for text in {whole[: round(share * len(whole))], *(whole[: i + 1] for i, c in enumerate(whole) if c == "\\")}:
        other = salt_json(text, random.Random(seed), HOW)
        assert len(other) == len(text)


@given(
    st.integers(0, 10**6), st.tuples(st.integers(0, 999), st.integers(0, 9999)).map(lambda b: (min(b), max(b))), SEEDS
)
def test_a_number_stays_a_number_of_as_many_digits(number: int, bounds: tuple[int, int], seed: int) -> None:
    how = Salting(content="json", ranges={"n": bounds})
    text = json.dumps({"n": number, "other": number})
    other = json.loads(salt_json(text, random.Random(seed), how))
    assert other["other"] == number
    assert len(str(other["n"])) == len(str(number))
    assert bounds[0] <= other["n"] <= bounds[1] or other["n"] == number


def test_a_chunk_that_says_more_than_usage_is_no_usage_chunk() -> None:
    """Azure's first chunk has empty choices; where usage was asked for, `usage: null` may stand in it."""
    filtered = chunk(None, prompt_filter_results=[{"prompt_index": 0}], usage=None)
    salted = salt(fixture_of(stream_of(filtered, chunk({"content": "a"}, "stop"))), 1, model="m")
    assert [c and "prompt_filter_results" in c for c in salted.without_usage().reply.chunks] == [True, False]
