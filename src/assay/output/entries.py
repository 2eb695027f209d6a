"""Entries of the ledger, one line each, for a terminal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assay.output.facts import SHORT
from assay.output.plain import cut, pad
from assay.output.terminal import Style, Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """What a listing says of one entry."""

    index: int
    envelope: str
    """sha256 of the envelope: the name of the statement."""
    predicate_type: str
    at: str | None = None
    """When the statement was made, where its payload is still there."""
    note: str = ""
    """What it says in a few words: a verdict, a meaning and a name."""


def render_entries(
    entries: Iterable[EntryLine], *, width: int = 80, colour: bool = False, ascii_only: bool = False
) -> str:
    """Return the entries in the order given: index, name, kind, time, note."""
    terminal = Terminal(width=width, colour=colour, ascii_only=ascii_only)
    lines = tuple(entries)
    if not lines:
        return "The ledger is empty.\n"
    kinds = {line.index: terminal.text(kind_of(line.predicate_type)) for line in lines}
    digits = max(len(f"{line.index:,}") for line in lines)
    longest = max(map(len, kinds.values()))
    return terminal.document(_lines(lines, kinds, (digits, longest), terminal))


def kind_of(predicate_type: str) -> str:
    """Return our predicate types by their middle (`urn:assay:decision:v1` is `decision`), others as they are."""
    parts = predicate_type.split(":")
    return parts[2] if predicate_type.startswith("urn:assay:") and len(parts) == 4 else predicate_type


def _lines(
    lines: tuple[EntryLine, ...], kinds: dict[int, str], widths: tuple[int, int], terminal: Terminal
) -> Iterator[str]:
    digits, longest = widths
    for line in lines:
        lead = f"{line.index:>{digits},}  "
        name = terminal.paint(Style.BOLD, line.envelope[:SHORT])
        rest = f"  {pad(kinds[line.index], longest)}  {terminal.text(line.at or 'payload erased')}"
        rest += f"  {terminal.text(line.note)}" if line.note else ""
        yield lead + name + cut(rest, terminal.width - len(lead) - SHORT, terminal.ellipsis)
