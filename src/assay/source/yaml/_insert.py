"""New pairs for mappings, as edits that keep every byte of the file."""

from assay.model.finding import Edit
from assay.source.yaml._nodes import Mapping, Pair, Scalar


def insert_before(data: bytes, pair: Pair, lines: tuple[str, ...]) -> Edit:
    """Return the edit that writes `lines` above the key of `pair`, which stands in a block mapping.

    The first line starts where the key did; the others are indented as much, and so is the key after them.
    """
    start = pair.key.start
    indent = " " * _column(data, start)
    return Edit(start=start, end=start, replacement="".join(line + _line_end(data) + indent for line in lines))


def insert_after(data: bytes, pair: Pair, lines: tuple[str, ...]) -> Edit:
    """Return the edit that writes `lines` below `pair`, whose value is a scalar on the key's line.

    A comment behind the value stays there.
    """
    indent = " " * _column(data, pair.key.start)
    end = _end_of_line(data, pair.value.end)
    return Edit(start=end, end=end, replacement="".join(_line_end(data) + indent + line for line in lines))


def insert_into_flow(mapping: Mapping, member: str) -> Edit:
    """Return the edit that makes `member` (`key: value`) the first of a mapping in braces."""
    start = min((pair.key.start for pair in mapping.pairs.values()), default=mapping.end - 1)
    separator = ", " if mapping.pairs else ""
    return Edit(start=start, end=start, replacement=member + separator)


def on_one_line(data: bytes, pair: Pair) -> bool:
    """Whether the value of `pair` is a scalar that stands on the key's line and is not shared by an alias."""
    value = pair.value
    inline = isinstance(value, Scalar) and value.style not in {"|", ">"} and pair.key.end < value.start
    return inline and b"\n" not in data[pair.key.end : value.end]


def _column(data: bytes, offset: int) -> int:
    line_start = data.rfind(b"\n", 0, offset) + 1
    line_start = max(line_start, data.rfind(b"\r", line_start, offset) + 1)
    return len(data[line_start:offset].decode("utf-8").removeprefix("\ufeff"))


def _line_end(data: bytes) -> str:
    first = data.find(b"\n")
    return "\r\n" if first > 0 and data[first - 1 : first] == b"\r" else "\n"


def _end_of_line(data: bytes, offset: int) -> int:
    found = data.find(b"\n", offset)
    end = len(data) if found == -1 else found
    return end - 1 if data[offset:end].endswith(b"\r") else end
