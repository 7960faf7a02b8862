"""Chat streams for the tests of what rewrites and cuts them: the kit's own fixtures, and ones that hypothesis makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from grader.stream.fixture import About, Fixture, load

ROOT = Path(__file__).parents[2]
KIT = [load(path) for path in sorted(ROOT.glob("fixtures/*/*.sse"))]
NAMES = [f"{path.parent.name[:2]}/{path.stem}" for path in sorted(ROOT.glob("fixtures/*/*.sse"))]

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text(
    st.sampled_from('aZé安🍕\u2028 \n\r\t\\"{}[]:,-0129.ªº²٣x'), max_size=12
)


def fixture_of(body: bytes, **salt: Any) -> Fixture:
    about = About.model_validate({"origin": "hand-made", "note": "a test", "dialect": "openai", "salt": salt})
    return Fixture("made", body, about)


def stream_of(*chunks: dict[str, Any] | str, eol: str = "\n", escaped: bool = False) -> bytes:
    """Chunks, or lines as they are (comments, `data: [DONE]`), as a body."""
    lines = [c if isinstance(c, str) else "data: " + json.dumps(c, ensure_ascii=escaped) for c in chunks]
    return "".join(line + eol * 2 for line in lines).encode()


def chunk(delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {
        "id": "chatcmpl-Ab12",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": choices,
        **more,
    }


@st.composite
def usages(draw: st.DrawFn) -> dict[str, int]:
    prompt, completion = draw(st.integers(0, 9999)), draw(st.integers(0, 9999))
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


@st.composite
def chats(draw: st.DrawFn) -> Fixture:
    """A stream as some server might send it: text, reasoning, refusals, comments, usage, an error, or none of these."""
    delta = st.fixed_dictionaries(
        {},
        optional={
            "role": st.just("assistant"),
            "content": TEXT | st.none(),
            "reasoning_content": TEXT,
            "reasoning": TEXT | st.none(),
            "refusal": TEXT | st.none(),
        },
    )
    usage = st.fixed_dictionaries({}, optional={"usage": st.none() | usages()})
    made = st.builds(lambda d, u: chunk(d, **u), delta | st.none(), usage)
    noise = st.sampled_from([": ping", "event: ping", "id: 7", 'data: {"error":{"message":"oops"}}'])
    lines = draw(st.lists(made | noise, max_size=12))
    if draw(st.booleans()):
        lines.append(chunk({}, draw(st.sampled_from(["stop", "length"]))))
    if draw(st.booleans()):
        lines.append("data: [DONE]")
    body = stream_of(*lines, eol=draw(st.sampled_from(["\n", "\r", "\r\n"])), escaped=draw(st.booleans()))
    return fixture_of(
        body,
        content=draw(st.sampled_from(["text", "json"])),
        finish=draw(st.sampled_from([[], ["stop"], ["stop", "length"]])),
        keep=draw(st.lists(TEXT, max_size=2)),
        ranges=draw(st.sampled_from([{}, {"a": [1, 100]}])),
    )
