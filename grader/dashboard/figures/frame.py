"""What all figures have: the frame, the text alternatives, the table, and how a number is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from grader.untrusted import escaped


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
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, x, pixels(y), escaped(said))


def rect(kind: str, x: str, y: float, width: str, height: float, title: str = "") -> Markup:
    inside = Markup("<title>{}</title>").format(escaped(title)) if title else Markup("")
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}">{}</rect>').format(
        kind, x, pixels(y), width, pixels(height), inside
    )


def svg(
    title: str, told: str, inside: Iterable[Markup], *, height: float, width: str = "100%", more: str = ""
) -> Markup:
    """The picture, named by `title` and described by `told`."""
    return Markup('<svg role="img" width="{}" height="{}"{}><title>{}</title><desc>{}</desc>{}</svg>').format(
        width, pixels(height), Markup(more), escaped(title), escaped(told), Markup("").join(inside)
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """The first column names its row, the others hold numbers."""
    names = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(Markup(' class="num"' if i else ""), escaped(name))
        for i, name in enumerate(head)
    )
    lines = Markup("").join(_row(row) for row in rows)
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(names, lines)


def _row(row: Sequence[str]) -> Markup:
    cells = Markup("").join(Markup('<td class="num">{}</td>').format(escaped(cell)) for cell in row[1:])
    return Markup('<tr><th scope="row"><bdi>{}</bdi></th>{}</tr>').format(escaped(row[0]), cells)


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
