"""Traits of streams: of the kit's fixtures, of real providers' bodies, and of any bytes at all."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import pytest
from chats import KIT, NAMES, chats, chunk, stream_of
from hypothesis import given
from hypothesis import strategies as st

from grader.stream.body import join
from grader.stream.fixture import DIALECTS, About, Fixture
from grader.stream.salt import salt
from grader.stream.traits import LOOKS, NONE, compare, dialect, of_fixture, traits
from tests import breadth, recordings
from tests.recordings import Recorded

USAGE = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
TEXT = [chunk({"role": "assistant", "content": ""}), chunk({"content": "a"}), chunk({"content": "b"})]
STOP = chunk({}, "stop")


def of(*chunks: dict[str, Any] | str, **how: Any) -> dict[str, tuple[str, ...]]:
    return traits(stream_of(*chunks, **how))


# -- one trait at a time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chunks", "usage"),
    [
        ([*TEXT, STOP], "never"),
        ([*TEXT, STOP, chunk(None, usage=USAGE)], "last chunk, empty choices"),
        ([*TEXT, STOP, chunk(None, usage=USAGE), chunk(None)], "empty choices, then another chunk"),
        ([*TEXT, chunk({}, "stop", usage=USAGE)], "last chunk with a choice"),
        ([chunk({"content": "a"}, usage=USAGE), STOP], "a chunk with a choice, not the last"),
        ([*(c | {"usage": USAGE} for c in [*TEXT, STOP])], "a running total on every chunk"),
        ([*TEXT, chunk({}, "stop", usage=USAGE), chunk(None, usage=USAGE)], "on 2 chunks"),
        ([*TEXT, chunk({}, "stop", x_groq={"id": "req", "usage": USAGE})], "only in x_groq"),
        ([*(c | {"usage": None} for c in TEXT), chunk({}, "stop", usage={})], "never"),
    ],
)
def test_where_usage_comes(chunks, usage: str) -> None:
    assert of(*chunks)["usage"] == (usage,)


@pytest.mark.parametrize(
    ("first", "trait"),
    [
        (chunk({"role": "assistant"}), "role, no content"),
        (chunk({"role": "assistant", "content": ""}), "role, content empty"),
        (chunk({"role": "assistant", "content": None}), "role, content null"),
        (chunk({"role": "assistant", "content": "Hi"}), "role, text"),
        (chunk({"content": "Hi"}), "no role, text"),
        (chunk({"role": "assistant", "content": "", "reasoning": "Hm"}), "role, content empty, reasoning"),
        (chunk({"role": "assistant", "content": [{"type": "text"}]}), "role, content is a list"),
        (chunk(None, prompt_filter_results=[]), "empty choices"),
        (chunk({}) | {"choices": [{"index": 0, "finish_reason": None}]}, "no delta"),
        ("data: [DONE]", "no chunk"),
    ],
)
def test_what_comes_first(first, trait: str) -> None:
    assert of(first, *TEXT[1:] if isinstance(first, dict) else [])["first chunk"] == (trait,)


@pytest.mark.parametrize(
    ("delta", "trait"),
    [
        ({"reasoning_content": "Hm"}, "reasoning_content"),
        ({"reasoning": "Hm"}, "reasoning"),
        ({"content": "<think>Hm"}, "<think> in content"),
        ({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}]}, "a part of content"),
        ({"reasoning": None, "content": "is <think> a tag?"}, NONE),
    ],
)
def test_what_reasoning_is_called(delta, trait: str) -> None:
    assert of(chunk(delta), STOP)["reasoning"] == (trait,)


def test_how_the_finish_reason_comes() -> None:
    bare = {"choices": [{"index": 0, "delta": {"content": "a"}}]}
    assert of(*TEXT)["finish reason comes"] == ("never",)
    assert of(*TEXT, STOP)["finish reason comes"] == ("once",)
    assert of(*TEXT, STOP, chunk({"content": ""}, "stop"))["finish reason comes"] == ("twice",)
    assert of(bare, STOP)["before it comes"] == ("no key",)
    assert of(*TEXT, STOP)["before it comes"] == ("null",)
    assert of(*TEXT, STOP)["last delta"] == ("{}",)


def test_how_it_is_framed() -> None:
    assert of(*TEXT, eol="\r\n")["line ends"] == ("CRLF",)
    assert of(*TEXT, eol="\r")["line ends"] == ("CR",)
    assert of(*TEXT, ": ping")["comments"] == ("some",)
    assert of(*TEXT, 'data:{"choices":[]}')["after data:"] == ("a space", "nothing")
    assert of("event: x\nid: 1", *TEXT)["fields"] == ("data", "event", "id")
    assert of(*TEXT)["end"] == ("no [DONE]",)
    assert of(*TEXT, "data: [DONE]")["end"] == ("[DONE]",)


def test_letters_beyond_ascii_are_raw_or_escaped() -> None:
    olá = chunk({"content": "Olá\n\u001b"})
    assert of(olá)["letters beyond ASCII"] == ("raw",)
    assert of(olá, escaped=True)["letters beyond ASCII"] == ("escaped",)
    assert of(chunk({"content": "\u001b \u007f \\u00e1"}), escaped=True)["letters beyond ASCII"] != ("raw",)
    assert of(*TEXT)["letters beyond ASCII"] == (NONE,)


def test_errors_are_told_by_their_places() -> None:
    error = {"error": {"message": "oops"}}
    assert of(*TEXT, "event: error\ndata: " + json.dumps(error))["errors"] == ("in place of a chunk", "event: error")
    assert of(*TEXT, STOP | error)["errors"] == ("in a chunk",)
    assert of(*TEXT, "data: oops")["errors"] == ("data that is no JSON",)
    assert of(*TEXT, STOP)["errors"] == (NONE,)


def test_keys_beyond_openai_s_are_named_with_their_place() -> None:
    odd = chunk({"content": "a", "channel": "x"}, obfuscation="y")
    odd["choices"][0]["logprobs"] = None
    assert of(odd)["extra keys"] == ("choice.logprobs", "delta.channel", "obfuscation")


@pytest.mark.parametrize(
    ("reads", "seen"),
    [
        ([20, 20, 20], ("one",)),
        ([40, 20], ("several", "one")),
        ([10, 10, 40], ("a part", "one", "several")),
        ([20, 20, 10, 10], ("one", "a part")),
        ([60], ("several",)),
    ],
)
def test_events_a_read(reads, seen) -> None:
    body = b"data: 123456789012\n\n" * 3
    assert len(body) == 60
    assert traits(body, reads)["events a read"] == seen
    assert "events a read" not in traits(body)


# -- any stream -------------------------------------------------------------------------------------------------------


@given(
    st.binary(max_size=200) | st.text("data:{}[]\"'\\u0019,nulltrue \n\r").map(str.encode), st.lists(st.integers(1, 50))
)
def test_any_bytes_have_traits(body: bytes, reads) -> None:
    for name, seen in traits(body, reads).items():
        assert name in LOOKS
        assert all(isinstance(value, str) and value for value in seen)
        assert len(set(seen)) == len(seen) > 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "content", "index", "finish_reason", "usage", "error", "x_groq", "id", "type"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4))
def test_any_json_has_traits(values) -> None:
    assert traits(stream_of(*("data: " + json.dumps(value) for value in values)))


@given(chats(), st.integers(1, 10**6))
def test_how_a_stream_is_read_changes_no_other_trait(fixture, seed) -> None:
    whole, cut = traits(fixture.body), traits(fixture.body, [1] * len(fixture.body))
    cut.pop("events a read", None)
    assert cut == whole


@pytest.mark.parametrize("fixture", breadth.each(8, KIT), ids=NAMES)
def test_salting_changes_no_trait_but_the_finish_reason(fixture: Fixture) -> None:
    """What a fixture is there for is its shape, and salt leaves it alone."""
    as_recorded = traits(fixture.body)
    for seed in range(5):
        salted = traits(join(salt(fixture, seed, model="swift-7b-chat").parts))
        assert salted | {"finish reason": ()} == as_recorded | {"finish reason": ()}


@pytest.mark.parametrize("fixture", [f for f in KIT if f.about.origin == "recorded"])
def test_the_dialect_of_recorded_fixtures_is_guessed_right(fixture: Fixture) -> None:
    assert dialect(fixture.body) == fixture.about.dialect


@pytest.mark.parametrize("body", [f.body for f in KIT], ids=NAMES)
def test_a_guess_is_a_dialect_that_fixtures_may_have(body: bytes) -> None:
    assert dialect(body) in get_args(DIALECTS)
    assert traits(body)["dialect"] == (dialect(body),)


def test_a_text_about_a_server_is_no_sign_of_it() -> None:
    assert dialect(stream_of(chunk({"content": ': OPENROUTER PROCESSING "x_groq" timings'}))) == "openai"


# -- beside fixtures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fixture", breadth.each(8, KIT), ids=NAMES)
@pytest.mark.parametrize("with_usage", [True, False])
def test_what_is_played_of_a_fixture_is_nothing_new_beside_it(fixture: Fixture, with_usage: bool) -> None:
    salted = salt(fixture, 3, model="m")
    sent = salted if with_usage else salted.without_usage()
    rows = compare(traits(join(sent.parts)), {fixture.name: of_fixture(fixture, with_usage=with_usage)})
    assert [row for row in rows if row.is_new] == []


def test_what_no_fixture_shows_is_new_and_what_some_show_is_named() -> None:
    plain = Fixture("plain", stream_of(*TEXT, STOP), About(origin="hand-made", note="a test", dialect="openai"))
    shown = {"plain": of_fixture(plain, with_usage=True)}
    rows = {row.trait: row for row in compare(of(*TEXT, STOP, chunk(None, usage=USAGE), ": ping"), shown)}
    assert rows["usage"].is_new
    assert rows["comments"].is_new
    assert rows["line ends"].same_in == ("plain",)
    assert not rows["line ends"].is_new


def test_neither_a_guess_nor_reads_are_called_new() -> None:
    rows = compare(traits(stream_of(*TEXT), [3]), {})
    assert {row.trait for row in rows if not row.is_new} == {"dialect", "events a read"}


def test_finish_reasons_that_salt_may_choose_are_shown_too() -> None:
    about = About.model_validate(
        {"origin": "hand-made", "note": "n", "dialect": "openai", "salt": {"finish": ["length"]}}
    )
    assert of_fixture(Fixture("f", stream_of(*TEXT, STOP), about), with_usage=True)["finish reason"] == (
        "stop",
        "length",
    )
    assert of_fixture(Fixture("f", stream_of(*TEXT), about), with_usage=True)["finish reason"] == (NONE,)


# -- real providers ---------------------------------------------------------------------------------------------------

PROVIDERS = recordings.providers()
INDEX = recordings.index()
GUESSED = {
    "Azure OpenAI": "azure",
    "OpenRouter": "openrouter",
    "DeepSeek": "deepseek",
    "Groq": "groq",
    "Mistral": "mistral",
    "Perplexity": "perplexity",
    "llama.cpp": "llama.cpp",
}


@pytest.mark.parametrize("recorded", recordings.param(PROVIDERS))
def test_traits_of_real_bodies_are_those_that_their_index_names(recorded: Recorded) -> None:
    found, named = traits(recorded.body), INDEX[recorded.name]["traits"]
    assert found["line ends"] == (("CRLF",) if "CRLF" in named else ("LF",))
    assert found["end"] == (("no [DONE]",) if "NO-DONE" in named else ("[DONE]",))
    assert found["comments"] == (("some",) if "comment:" in named else (NONE,))
    assert ("raw" in found["letters beyond ASCII"]) == ("multibyte-raw" in named)
    assert (found["errors"] != (NONE,)) == ("ERROR-EVENT" in named)
    assert (found["first chunk"] == ("empty choices",)) == ("∅first" in named)
    role_first = re.match(r"role, (content empty|content null|no content|content is a list)", found["first chunk"][0])
    only_role = "reasoning" not in found["first chunk"][0]
    assert bool(role_first and only_role) == ("role-first" in named) or "completions" in recorded.name
    assert ("content is a list" in found.get("later deltas", ())) == ("content-not-str" in named)
    in_the_end = {"last chunk, empty choices", "a running total on every chunk"}
    assert (found["usage"][0] in in_the_end) == ("U∅" in named) or "U+ x" in named
    on_chunks = {"last chunk with a choice", "a chunk with a choice, not the last", "a running total on every chunk"}
    assert (found["usage"][0] in on_chunks) == ("U+" in named)
    assert (found.get("usage elsewhere") == ("null",)) == ("Unull" in named)
    extras = re.split(r", ", INDEX[recorded.name]["top-level & choice extras"])
    assert {extra for extra in extras if extra and extra != "error"} <= set(found.get("extra keys", ()))


@pytest.mark.parametrize("recorded", recordings.param(PROVIDERS))
def test_traits_of_real_bodies_agree_with_their_oracle(recorded: Recorded) -> None:
    found, says = traits(recorded.body), recorded.says
    assert found["finish reason"] == ((says["finish"],) if says["finish"] else (NONE,))
    twice = re.search("finish=.* ×2", INDEX[recorded.name]["traits"]) and says["n"] == 1
    assert found["finish reason comes"] == (("never",) if not says["finish"] else ("twice",) if twice else ("once",))
    assert found["choices"] == (str(says["n"]),)
    assert (found["reasoning"] != (NONE,)) == bool(says["reasoning"])
    assert (found["refusal"] == ("some",)) == bool(says["refusal"])
    assert (found["tool calls"] == ("some",)) == bool(says["tools"])


@pytest.mark.parametrize("recorded", recordings.param(PROVIDERS))
def test_the_dialect_of_real_bodies_is_guessed_where_there_is_a_sign(recorded: Recorded) -> None:
    provider = INDEX[recorded.name]["provider"]
    expected = "openai" if recorded.name.startswith("SYNTHETIC") else GUESSED.get(provider, "openai")
    assert dialect(recorded.body) == expected
