"""The tree of reasons behind a decision, as text and as JSON (`assay.why/1`)."""

from collections.abc import Iterator

from assay.errors import UsageError
from assay.model.why import WhyKind, WhyNode, WhyState
from assay.model.wire import to_wire
from assay.output.jsontext import dumps
from assay.output.terminal import Style, Terminal

SCHEMA = "assay.why/1"
# Deeper lines hang from the same place: a tree is read, and forty columns must be left to read in.
_MAX_DEPTH = 8

STYLES = {
    WhyState.GOOD: Style.GOOD,
    WhyState.BAD: Style.BAD,
    WhyState.WAITING: Style.CAUTION,
    WhyState.UNKNOWN: Style.CAUTION,
    WhyState.NEUTRAL: Style.PLAIN,
}
_MARKS = {
    WhyState.GOOD: "✓",
    WhyState.BAD: "✗",
    WhyState.WAITING: "○",
    WhyState.UNKNOWN: "?",
    WhyState.NEUTRAL: "·",
}


def render_why(
    tree: WhyNode,
    format: str = "text",  # noqa: A002 - as in render
    *,
    width: int = 80,
    colour: bool = False,
    ascii_only: bool = False,
) -> str:
    """Return the tree as `text` or `json`. Raises `UsageError` for another format."""
    if format == "json":
        return dumps({"schema": SCHEMA, "why": to_wire(tree)})
    if format != "text":
        raise UsageError(f"a tree of reasons has no format {format!r}", hint="formats: text, json")
    terminal = Terminal(width=width, colour=colour, ascii_only=ascii_only)
    return terminal.document(_lines(tree, terminal, branch="", trunk=""))


def _lines(node: WhyNode, terminal: Terminal, *, branch: str, trunk: str) -> Iterator[str]:
    """Yield a node and what is below it; `branch` leads to the node, `trunk` past it to the nodes below."""
    yield from _node(node, terminal, branch, trunk + ("│ " if node.children else "  "))
    deeper = len(trunk) < 2 * _MAX_DEPTH
    for index, child in enumerate(node.children):
        last = index == len(node.children) - 1
        fork = trunk + ("└ " if last else "├ ")
        yield from _lines(child, terminal, branch=fork, trunk=trunk + (("  " if last else "│ ") if deeper else ""))


def _node(node: WhyNode, terminal: Terminal, branch: str, trunk: str) -> Iterator[str]:
    if node.kind is WhyKind.COMMAND:
        # A command is copied, so it is never wrapped.
        yield terminal.glyphs(branch) + "$ " + terminal.paint(Style.CODE, terminal.text(node.label))
        return
    mark = terminal.glyphs(_MARKS[node.state])
    label = node.label if not node.path or node.path in node.label else f"{node.label} ({node.path})"
    indent = len(branch) + 2
    style = Style.BOLD if node.kind is WhyKind.VERDICT else Style.PLAIN
    for index, line in enumerate(terminal.paragraph(terminal.text(label), indent=indent, style=style)):
        if index == 0:
            yield f"{terminal.glyphs(branch)}{terminal.paint(STYLES[node.state], mark)} {line.lstrip()}"
        else:
            yield terminal.glyphs(trunk).ljust(indent) + line.lstrip()
