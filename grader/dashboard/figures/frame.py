"""What all figures have: the frame, the text alternatives, the table, and how a number is written.

A page has hundreds of marks and thousands of cells, so they are put together as strings, which is five times as fast
as `Markup.format`: whatever is a text goes through `safe`, all else are numbers and names of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat

from markupsafe import Markup, escape

from grader.untrusted import escaped

_NUM = ' class="num"'


def safe(text: str) -> str:
    """A text, to stand in an element or an attribute."""
    return escape(escaped(text))


def number(value: float) -> str:
    """As it stands in the picture and in the table: at most two decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def pixels(value: float) -> str:
    """A coordinate."""
    return f"{round(value, 2):g}"


def share(value: float, whole: float) -> str:
    """A length in per cent of `whole`; nothing of nothing is 0."""
    return f"{pixels(100 * value / whole if whole else 0)}%"


def text(x: str, y: float, said: str, kind: str) -> Markup:
    return Markup(f'<text class="{kind}" x="{x}" y="{pixels(y)}">{safe(said)}</text>')


def rect(kind: str, x: str, y: float, width: str, height: float, title: str = "") -> Markup:
    inside = f"<title>{safe(title)}</title>" if title else ""
    return Markup(
        f'<rect class="{kind}" x="{x}" y="{pixels(y)}" width="{width}" height="{pixels(height)}">{inside}</rect>'
    )


def svg(
    title: str, told: str, inside: Iterable[Markup], *, height: float, width: str = "100%", more: str = ""
) -> Markup:
    """The picture, named by `title` and described by `told`."""
    return Markup(
        f'<svg role="img" width="{width}" height="{pixels(height)}"{more}><title>{safe(title)}</title>'
        f"<desc>{safe(told)}</desc>{''.join(inside)}</svg>"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """The first column names its row, the others hold numbers."""
    names = "".join(
        f'<th scope="col"{kind}>{safe(name)}</th>' for kind, name in zip(chain([""], repeat(_NUM)), head, strict=False)
    )
    lines = "".join(_row(row) for row in rows)
    return Markup(f"<table><thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>")


def _row(row: Sequence[str]) -> str:
    cells = "".join(f'<td class="num">{safe(cell)}</td>' for cell in row[1:])
    return f'<tr><th scope="row"><bdi>{safe(row[0])}</bdi></th>{cells}</tr>'


def figure(caption: str, picture: Markup, behind: Markup, *, keys: Markup | str = "") -> Markup:
    return Markup(
        '<figure class="fig"><figcaption>{}</figcaption>{}{}<details><summary>The numbers of “{}”</summary>'
        '<div class="scroll" role="group" tabindex="0" aria-label="Table: {}">{}</div></details></figure>'
    ).format(escaped(caption), keys, picture, escaped(caption), escaped(caption), behind)


def key(names: Iterable[tuple[str, str]]) -> Markup:
    """Which colour is what: pairs of a class and a name."""
    square = Markup(
        '<svg class="key" width="11" height="11" aria-hidden="true"><rect class="{}" width="11" height="11"/></svg>'
    )
    items = (Markup("<li>{} {}</li>").format(square.format(kind), escaped(name)) for kind, name in names)
    return Markup('<ul class="keys">{}</ul>').format(Markup("").join(items))


def top_of(values: Iterable[float]) -> float:
    """The upper end of an axis: 1, 2 or 5 times a power of ten, not below any of the values; at least 1."""
    most = max([1.0, *values])
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if factor * step >= most:
                return factor * step
        step *= 10
