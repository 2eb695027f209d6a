"""Small pieces of the page that several sections use."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from assay.output.markup import Child, Markup, each, tag


def section(name: str, title: str, *body: Child) -> Markup:
    """Return a section with its heading, to be linked to by `name`."""
    heading = tag("h2", title, id=f"{name}-heading")
    return tag("section", heading, *body, id=name, aria_labelledby=f"{name}-heading")


def command(text: str) -> Markup:
    """Return a command on a line of its own; one click selects it whole, and it is broken between its words."""
    words = (each(" " if index else None, tag("span", word)) for index, word in enumerate(text.split(" ")))
    return tag("p", tag("code", words), class_="command")


def code(text: str) -> Markup:
    """Return text as code within a sentence."""
    return tag("code", text)


def when(text: str) -> Markup:
    """Return a time for people (`3 March 2026, 08:04:57 UTC`), or the text as it is if it is no RFC 3339 time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return tag("span", text)
    if at.tzinfo is None:
        return tag("span", text)
    zone = "UTC" if not at.utcoffset() else at.strftime("%z")
    return tag("time", f"{at.day} {at:%B %Y, %H:%M:%S} {zone}", datetime=text)


def table(label: str, heads: Sequence[str], rows: Iterable[Sequence[Child]]) -> Markup:
    """Return a table whose rows are named by their first cell.

    On a narrow screen the style sheet stacks the cells, each under its label; the roles keep it a table for readers.
    """
    head = tag("tr", (tag("th", text, scope="col", role="columnheader") for text in heads), role="row")
    body = (_row(heads, row) for row in rows)
    parts = (tag("thead", head, role="rowgroup"), tag("tbody", body, role="rowgroup"))
    return tag("div", tag("table", parts, role="table"), class_="scroll", role="region", aria_label=label, tabindex="0")


def _row(heads: Sequence[str], row: Sequence[Child]) -> Markup:
    first, *rest = row
    cells = (tag("td", cell, role="cell", data_label=head) for head, cell in zip(heads[1:], rest, strict=True))
    return tag("tr", tag("th", first, scope="row", role="rowheader"), cells, role="row")


def facts(pairs: Iterable[tuple[str, Child]]) -> Markup:
    """Return a list of names and values."""
    return tag("dl", (tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs), class_="facts")


def closed(title: Child, *body: Child, opened: bool = False) -> Markup:
    """Return a part that opens on a click or a key."""
    return tag("details", tag("summary", title), *body, open=opened)
