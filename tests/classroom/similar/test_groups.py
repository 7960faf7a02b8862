"""Which programs are found to be nearly the same, and which are not."""

from __future__ import annotations

import hashlib
import io
import keyword
import random
import tokenize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.classroom.similar.excerpts import excerpts
from grader.classroom.similar.groups import FEWEST, Group, Prints, Submission, groups
from grader.classroom.similar.tokens import lines_of, tokens
from grader.classroom.similar.winnow import K, W, fingerprints
from tests import breadth
from tests.corpus import SUBMISSIONS, challenges

FIRST = challenges()["01-inspect-a-chunk"]

# Programs of the corpus that were made from one and the same program, on purpose, to differ in one thing.
FROM_ONE = {
    "01-inspect-a-chunk": {
        "auth_scheme_lower_case", "deltas_keys_str_subclass_object_pairs", "entry_wraps_injects_session",
        "out_logging_dictconfig_queue_listener_atexit", "out_pprint_chunk_narrow", "out_tput_sgr0_between_letters",
        "return_deltas_tuple", "return_own_json_str_subclass_keys", "return_strenum_keys",
        "rich_live_refresh_each_panel", "urllib3_read1_readchunked",
        # another one program, with another habit each
        *(ENVIRONMENTS := {
            "env_getpass_getuser", "env_os_system_clear", "env_subprocess_with_a_fallback", "env_zoneinfo_timestamps",
        }),
    },
    "07-guard-the-whole": {"lru_cached_verdict", "requests_join", "textwrapped_output"},
}  # fmt: skip


def submission(student: str, source: bytes) -> Submission:
    return Submission(student, hashlib.sha256(source).hexdigest(), source)


def named(found: list[Group]) -> list[list[str]]:
    return [[member.student for member in group.members] for group in found]


def program(name: str, id: str = FIRST.id) -> bytes:
    return (SUBMISSIONS / id / "right" / f"{name}.py").read_bytes()


def disguised(source: bytes, seed: int = 0) -> bytes:
    """The same program: every name of its own is another, comments are new, and it is laid out differently."""
    rng = random.Random(seed)
    keep = {t.text for t in tokens(source)} | set(keyword.softkwlist)
    made: dict[str, str] = {}
    out = []
    for token in tokenize.generate_tokens(io.StringIO(source.decode()).readline):
        text = token.string
        if token.type == tokenize.NAME and text not in keep and not text.startswith("__"):
            text = made.setdefault(text, f"{rng.choice('abcdefgh')}{len(made)}_x")
        out.append((token.type, text))
    return f"# {rng.random()}\n".encode() + tokenize.untokenize(out).replace("\n", "  # mine\n", 3).encode()


@pytest.mark.parametrize("id", list(challenges()))
def test_programs_that_were_written_apart_are_not_grouped(id: str) -> None:
    challenge = challenges()[id]
    paths = [*sorted((SUBMISSIONS / id / "right").glob("*.py")), challenge.solution]
    prints = Prints(challenge.stub.read_bytes())
    found = groups([submission(path.stem, path.read_bytes()) for path in paths], prints)
    grouped = {name for group in named(found) for name in group}
    assert grouped <= FROM_ONE.get(id, set()), "made from one program? Then add them to FROM_ONE"


def test_programs_that_were_made_from_one_are_one_group() -> None:
    prints = Prints(FIRST.stub.read_bytes())
    largely_new = {"urllib3_read1_readchunked", "entry_wraps_injects_session", "rich_live_refresh_each_panel"}
    names = FROM_ONE[FIRST.id] - largely_new - ENVIRONMENTS
    found = groups([submission(name, program(name)) for name in sorted(names | ENVIRONMENTS)], prints)
    assert named(found) == [sorted(names), sorted(ENVIRONMENTS)]


@pytest.mark.parametrize("id", breadth.each(4, challenges()))
def test_of_every_right_program_a_renamed_copy_is_found_in_a_class_of_all_of_them(id: str) -> None:
    prints = Prints(challenges()[id].stub.read_bytes())
    made = []
    for path in sorted((SUBMISSIONS / id / "right").glob("*.py")):
        source = path.read_bytes()
        if len(prints.of(source)) >= FEWEST:
            made += [submission(path.stem, source), submission(f"{path.stem} again", disguised(source))]
    together = [set(group) for group in named(groups(made, prints))]
    assert len(made) > 20
    for one in made[::2]:
        assert any({one.student, f"{one.student} again"} <= group for group in together), one.student


ORIGINALS = ["lesson_loop", "match_case", "raw_socket", "callback_and_reduce", "dataclass_reader", "thread_and_queue"]


@pytest.mark.parametrize("name", ORIGINALS)
def test_a_copy_with_other_names_comments_and_layout_is_found(name: str) -> None:
    source = program(name)
    copy = disguised(source)
    compile(copy, name, "exec")
    assert copy != source
    others = [submission(other, program(other)) for other in ORIGINALS if other != name]
    found = groups([*others, submission("ann", source), submission("bob", copy)], Prints(FIRST.stub.read_bytes()))
    assert named(found) == [["ann", "bob"]]
    assert found[0].pairs[0].share == 1


def test_a_copy_into_which_lines_were_put_and_whose_parts_were_moved_is_found() -> None:
    source = program("dataclass_reader").decode()
    head, mark, rest = source.partition("\n\n\n")
    assert mark
    parts = rest.split("\n\n\n")
    moved = f"{head}\nimport sys\n\n\n" + "\n\n\n".join(reversed(parts)) + "\n\nprint('ready', file=sys.stderr)\n"
    pair = [submission("ann", source.encode()), submission("bob", disguised(moved.encode()))]
    assert named(groups(pair, Prints(FIRST.stub.read_bytes()))) == [["ann", "bob"]]


def test_what_all_were_given_is_no_likeness() -> None:
    given = program("lesson_loop")
    own = b"\n\ndef extra%d(a):\n    return [x * %d for x in a if x] + list(map(str, a))\n"
    pair = [submission("ann", given + own % (1, 1)), submission("bob", given + b"\nwhile True:\n    break\n")]
    assert named(groups(pair, Prints(FIRST.stub.read_bytes()))) == [["ann", "bob"]]
    assert named(groups(pair, Prints(FIRST.stub.read_bytes(), [given]))) == []


def test_untouched_stubs_and_short_programs_are_no_group() -> None:
    stub = FIRST.stub.read_bytes()
    short = stub.replace(b"    raise NotImplementedError\n", b"    return {'deltas': []}\n")
    made = [submission(name, source) for name, source in (("a", stub), ("b", stub), ("c", short), ("d", short))]
    assert groups(made, Prints(stub)) == []


def test_links_make_groups_and_one_student_is_never_alone_in_one() -> None:
    prints = Prints(FIRST.stub.read_bytes())
    one, other = program("lesson_loop"), program("raw_socket")
    made = [
        submission("ann", one), submission("ann", disguised(one, 1)), submission("bob", disguised(one, 2)),
        submission("carl", other), submission("dora", other), submission("emil", disguised(other, 3)),
        submission("fred", program("match_case")), submission("fred", disguised(program("match_case"))),
    ]  # fmt: skip
    assert named(groups(made, prints)) == [["carl", "dora", "emil"], ["ann", "bob"]]
    random.Random(1).shuffle(made)
    assert named(groups(made, prints)) == [["carl", "dora", "emil"], ["ann", "bob"]]


def test_excerpts_show_the_same_part_of_both_with_its_lines() -> None:
    prints = Prints(FIRST.stub.read_bytes())
    one = program("lesson_loop")
    [group] = groups([submission("ann", one), submission("bob", b"\n\n\n" + disguised(one))], prints)
    shown = excerpts(group.pairs[0], prints)
    assert shown
    lines = one.decode().splitlines()
    for each in shown:
        assert each.text[0] == lines[each.line - 1]
        assert each.other_line > each.line
        assert 0 < len(each.text) <= 12 and 0 < len(each.other_text) <= 12


def test_fingerprints_are_the_same_in_every_process() -> None:
    assert sorted(fingerprints([str(n) for n in range(20)]))[:1] == [min(fingerprints([str(n) for n in range(20)]))]
    assert list(fingerprints(["a"] * K)) == list(fingerprints(["a"] * K))


WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=60)


@given(WORDS, WORDS, st.lists(st.sampled_from("abcdefgh"), min_size=K + W - 1, max_size=40), WORDS, WORDS)
def test_what_is_shared_and_long_enough_always_leaves_a_common_fingerprint(
    before: list[str], after: list[str], shared: list[str], other_before: list[str], other_after: list[str]
) -> None:
    one, other = fingerprints(before + shared + after), fingerprints(other_before + shared + other_after)
    assert set(one) & set(other)


@given(WORDS)
def test_a_fingerprint_stands_where_its_tokens_stand(words: list[str]) -> None:
    for value, places in fingerprints(words).items():
        for place in places:
            assert value in fingerprints(words[place : place + K])


@settings(max_examples=breadth.examples(150))
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_bytes_have_tokens(content: str | bytes) -> None:
    source = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    for token in tokens(source, lines_of(source)):
        assert token.line >= 1
    assert len(Prints(b"").of(source)) < FEWEST or len(source) > FEWEST
