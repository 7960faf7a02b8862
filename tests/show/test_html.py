"""The page: all of the report is on it, nothing else is needed for it, and a learner's text stays text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.report import Report
from grader.session import Session
from grader.show.html import challenge_section, check_section, nested_style, page, style, timeline_svg, visible, window
from tests import breadth, corpus
from tests.show.reports import NOT_STARTED, PASSED, a_challenge, a_report, a_run, every_kind, everything, shown, write

VOID = {"meta", "br", "link", "img", "hr", "input"}
EMPTY_IN_SVG = {"path", "rect"}
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "article", "figure"),
    *("figcaption", "h1", "h2", "h3", "h4", "p", "a", "b", "bdi", "span", "code", "pre", "mark", "time", "div", "ul", "ol"),
    *("li", "dl", "dt", "dd", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"),
    *("svg", "desc", "rect", "path", "g", "text"),
}  # fmt: skip
NASTY = [
    "</script><script>alert(1)</script>", "]]>", "<!--", "-->", "</style>", "</title>", "</pre></code></bdi>", "&amp;&lt;", "&#x3c;b>",
    "\x1b[31m red \x1b]0;t\x07", "\u202eabc\u2066", "\x00", "\r\n", "a\nb", "\u2028", "'\" onload=alert(1) x=\"", "`code`", "``", "{{ 7*7 }}",
    "{% raw %}", "e\u0301" * 30, "安全🍕", "שלום", "\ufffe", " lead", "^", "\n ^", "%s %(x)s", "javascript:alert(1)", "x" * 3000,
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(), st.builds("".join, st.lists(st.sampled_from(NASTY), max_size=3)))


class Page(HTMLParser):
    """Reads a page, and asserts that its tags are closed in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.pieces: list[str] = []
        self.headings: list[int] = []
        self.feed(source)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        given = dict(attrs)
        self.links += [str(given[name]) for name in ("href", "src") if name in given]
        self.ids += [str(given["id"])] if "id" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.stack and self.stack[-1] == tag, f"</{tag}> inside {self.stack}"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        if not self.stack or self.stack[-1] != "style":
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


PLAIN = Page(page(everything()))


@settings(max_examples=breadth.examples(30), deadline=None)
@given(TEXTS)
def test_whatever_a_learner_wrote_is_text_and_nothing_but_text(text: str) -> None:
    source = page(everything(text), 3)
    read = Page(source)
    assert read.tags <= TAGS
    assert read.attributes <= PLAIN.attributes | {("code", "dir")}
    assert all(link.startswith("#") for link in read.links)
    assert visible(text) in read.text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]", source)


@given(st.text())
def test_what_is_visible_shows_every_character_and_keeps_the_lines(text: str) -> None:
    assert visible(text).count("\n") == text.count("\n")
    assert all(line.isprintable() for line in visible(text).split("\n"))


def test_nothing_is_loaded_and_no_script_is_there() -> None:
    source = page(everything(), 3)
    assert not re.search(
        r"https?:|//[a-z]|url\(|@import|<script|\son[a-z]+=|\sstyle=", source.replace("http://www.w3.org/2000/svg", "")
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', source)
    assert policy is not None
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'",
        policy[1].replace("&#39;", "'"),
    )


def test_every_check_and_every_run_is_on_the_page() -> None:
    for challenge in everything().challenges:
        for check in challenge.checks:
            assert check.title.replace("`", "") in PLAIN.text
        for i, run in enumerate(challenge.runs, 1):
            assert run.id in PLAIN.text
            assert f"c-{challenge.id}-run-{i}" in PLAIN.ids


def test_links_lead_to_what_is_there_and_ids_are_unique() -> None:
    assert len(set(PLAIN.ids)) == len(PLAIN.ids)
    assert {link[1:] for link in PLAIN.links} <= set(PLAIN.ids)


def test_headings_go_down_one_step_at_a_time() -> None:
    assert PLAIN.headings[0] == 1
    assert PLAIN.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(PLAIN.headings, PLAIN.headings[1:], strict=False))


def test_each_moment_is_in_the_list_beside_the_picture() -> None:
    section = challenge_section(a_challenge())
    assert (
        section.count("<tr")
        == sum(len(run.timeline["events"]) + 1 for run in a_challenge().runs) + len(every_kind()) + 1
    )


def test_a_stored_report_gives_the_same_page_to_the_byte() -> None:
    report = everything()
    assert page(Report.model_validate(json.loads(report.to_json()))) == page(report)


@pytest.mark.parametrize("challenge", [PASSED, NOT_STARTED, *everything().challenges], ids=lambda c: c.status)
def test_one_challenge_of_any_status_makes_a_page(challenge) -> None:
    text = Page(page(a_report(challenge, status="pass" if challenge.status == "pass" else "fail"))).text
    assert ("Next step" in text) == (challenge.status != "pass")


def test_there_is_one_next_step_and_it_is_the_first_that_does_not_pass() -> None:
    read = page(a_report(PASSED, NOT_STARTED, a_challenge()))
    assert read.count("Next step") == 1
    assert "challenges/04-four/README.md" in read.partition("Next step")[2][:400]


def test_hints_are_as_many_as_were_asked_for() -> None:
    counts = [page(a_report(a_challenge()), n).count("<b>hint") for n in (0, 1, 3)]
    assert counts == [0, 1, 3]


def test_a_report_of_a_kit_that_is_not_here_has_its_first_hint(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_KIT", raising=False)
    assert "my own hint" in page(a_report(a_challenge("my own hint")))


def test_what_the_program_was_given_is_shown_with_its_place_marked() -> None:
    source = page(a_report(a_challenge("a case")))
    assert "<dt>given</dt>" in source
    assert "a case:\na<mark>|</mark>b" in source


def test_the_mark_is_on_the_letter_that_differs_on_both_sides() -> None:
    seen = "Meã£ x\n  ^"
    assert window("Meã x", seen) == "Me<mark>ã</mark> x"
    assert window(seen, seen) == "Me<mark>ã</mark>£ x"
    assert window("ab", "abc\n  ^") == "ab<mark> </mark>"


def test_pythons_own_caret_marks_what_python_points_at() -> None:
    seen = "line 4\n    x = = 3\n        ^\nSyntaxError: invalid syntax"
    assert window(seen, seen) == "line 4\n    x = <mark>=</mark> 3\nSyntaxError: invalid syntax"
    assert window("a file that Python can read", seen) == "a file that Python can read"


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


GROUNDS = {
    "ink": ("paper", "card", "lane", "blue-fill", "green-fill", "mark", "part"),
    "quiet": ("paper", "card", "lane", "blue-fill", "green-fill", "part"),
    "red": ("card", "lane", "part", "red-fill"),
    "green": ("paper", "card", "green-fill"),
    "blue": ("paper", "card", "blue-fill"),
    "amber": ("paper", "card"),
}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_all_texts_stand_out_from_their_grounds_those_of_pictures_too(scheme: int) -> None:
    """At least 4.5 to 1 (WCAG 2.2, 1.4.3), which axe does not look at in SVG."""
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", style().split(":root {")[scheme + 1]))
    for text, grounds in GROUNDS.items():
        for ground in grounds:
            light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_pictures_have_a_title_and_say_what_they_show() -> None:
    svg = timeline_svg(a_run(write(1, '"Put"'), shown("Put")))
    assert "<title>The run plain</title>" in svg
    assert re.search(r"<desc>[^<]*server sends: &#34;Put&#34;\. on the screen: Put\.", svg)


def test_a_long_run_is_cut_into_strips_that_fit_on_paper() -> None:
    svg = timeline_svg(a_run(*(write(i + 1, f'"piece {i}"') for i in range(60))))
    widths = [float(width) for width in re.findall(r'<svg[^>]* width="([\d.]+)"', svg)]
    assert len(widths) > 5
    assert max(widths) <= 665
    assert all(f"piece {i}" in svg for i in range(60))


def test_a_finding_before_anything_was_sent_has_no_picture() -> None:
    challenge = a_challenge().model_copy(update={"runs": [a_run(id="plain", outcome="syntax")]})
    assert "The wire" not in challenge_section(challenge)


def test_what_a_report_leaves_out_is_said() -> None:
    assert "17 more moments, which this report leaves out" in PLAIN.text


def test_a_real_grading_is_drawn_whole(session: Session) -> None:
    wrong = corpus.SUBMISSIONS / "01-inspect-a-chunk" / "wrong" / "not-flushed--print-without-flush.py"
    challenge = corpus.graded(session, corpus.Case("01-inspect-a-chunk", wrong, "not-flushed"), 7)
    read = Page(page(a_report(challenge)))
    assert "✎ writes" in read.text
    assert "nothing came" in read.text
    assert "the server waited for this to be shown, and nothing came" in read.text
    for check in challenge.checks:
        assert check.title.replace("`", "") in read.text


def test_the_style_for_other_pages_speaks_of_nothing_outside_its_element() -> None:
    own = nested_style(".ours")
    assert not re.search(r":root|@page|\brem\b|\drem|(?<![\w-])body(?![\w-])", own)
    assert own.startswith(".ours {") and own.rstrip().endswith("}")
    depth = 0
    for brace in re.findall(r"[{}]", own):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert own.index("}\n", len(own) - 3) == len(own) - 2, "nothing follows the element's own block"


def test_only_the_first_finding_has_a_picture_by_itself() -> None:
    challenge = a_challenge()
    failed = [check for check in challenge.checks if check.status == "fail"]
    sections = [check_section(challenge, check) for check in challenge.checks]
    assert failed and all(section.count("<h3>") == 1 for section in sections)
    assert [check.id for check, section in zip(challenge.checks, sections, strict=True) if "<svg" in section] == [
        failed[0].id
    ]


def test_runs_that_are_somewhere_else_are_links_to_there() -> None:
    whole, short = (
        challenge_section(a_challenge()),
        challenge_section(a_challenge(), run_address=lambda n: f"/runs/{n}?a&b"),
    )
    assert [f'<a href="/runs/{n}?a&amp;b">' in short for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert short.count('class="wire"') == 1  # the first finding's
    assert whole.count('class="wire"') == 4
    assert "hx-get" not in whole
