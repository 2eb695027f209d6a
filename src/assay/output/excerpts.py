"""What part of an excerpt a finding marks, and what a fix makes of it, as far as the excerpt shows it.

Spans count the bytes of a file. An excerpt is text in which values are masked, long lines cut, and letters that
cannot be shown replaced, so it counts like the file only up to the first of these.
"""

import re
from dataclasses import dataclass

from assay.model.finding import Edit, Finding
from assay.model.report import Excerpt

MASK = "•" * 8
"""What stands for a value (`assay.inspectors.excerpt.MASK`)."""
CUT = "…"
# From here on a line no longer counts like the file: a mask, a replaced letter, or the end of a line that goes on.
_CHANGED = re.compile(f"{MASK}|\ufffd|{CUT}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The marked lines before and after a fix."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def marked_lines(excerpt: Excerpt) -> tuple[str, ...]:
    """Return the lines of the finding itself, as far as they are shown."""
    first, last = excerpt.marked
    return excerpt.lines[first - excerpt.first_line : last - excerpt.first_line + 1]


def underlined(finding: Finding, excerpt: Excerpt) -> tuple[int, int] | None:
    """Return the characters to underline in the first marked line, from 0, half open; None where it is not shown.

    A masked value is underlined up to the end of its mask. Where the start is unknown, all of the line is.
    """
    lines = marked_lines(excerpt)
    span = finding.place.span
    if not lines or span is None or not lines[0].strip():
        return None
    line = lines[0]
    end_of_line = len(line.rstrip())
    start = _character(line, span.column - 1)
    if start is None or start >= end_of_line:
        return (len(line) - len(line.lstrip()), end_of_line)
    if span.end_line != span.line:
        return (start, end_of_line)
    end = _character(line, span.end_column - 1)
    if end is None:
        masked = line.rfind(MASK)
        end = masked + len(MASK) if masked >= start else end_of_line
    return (start, max(end, start + 1))


def columns(finding: Finding, excerpt: Excerpt | None) -> tuple[int, int] | None:
    """Return the span's columns in characters, 1-based, the second after the last; None where no excerpt can tell."""
    span = finding.place.span
    if excerpt is None or span is None:
        return None
    lines = marked_lines(excerpt)
    if excerpt.marked != (span.line, span.end_line) or len(lines) != span.end_line - span.line + 1:
        return None
    start, end = _character(lines[0], span.column - 1), _character(lines[-1], span.end_column - 1)
    return None if start is None or end is None else (start + 1, end + 1)


def _faithful(line: str) -> str:
    """Return the start of a line that counts like the file."""
    if line.startswith(CUT):
        return ""
    changed = _CHANGED.search(line)
    return line[: changed.start()] if changed else line


def _character(line: str, offset: int) -> int | None:
    """Return which character of `line` holds the byte at `offset`; None where the line cannot tell."""
    data = _faithful(line).encode("utf-8", "surrogatepass")
    if not 0 <= offset <= len(data) or line.startswith(CUT):
        return None
    return len(data[:offset].decode("utf-8", "ignore"))


def preview(finding: Finding, excerpt: Excerpt | None) -> Preview | None:
    """Return the marked lines before and after the finding's fix; None where the excerpt cannot tell for sure.

    The marked lines must be the file's, whole and unmasked, and every edit must lie inside them.
    """
    span, fix = finding.place.span, finding.fix
    if excerpt is None or span is None or fix is None or not fix.edits:
        return None
    before = marked_lines(excerpt)
    if excerpt.marked != (span.line, span.end_line) or any(_faithful(line) != line for line in before):
        return None
    data = "\n".join(before).encode("utf-8", "surrogatepass")
    origin = span.start - (span.column - 1)
    last_line = len(data) - len(before[-1].encode("utf-8", "surrogatepass"))
    # Lines that end in CR LF, or that lost something this module does not know of, do not add up.
    if origin + last_line + span.end_column - 1 != span.end or span.end - origin > len(data):
        return None
    after = _edited(data, origin, fix.edits)
    return None if after is None else Preview(before=before, after=tuple(after.decode("utf-8", "replace").split("\n")))


def _edited(data: bytes, origin: int, edits: tuple[Edit, ...]) -> bytes | None:
    """Return `data`, whose first byte is at `origin`, after `edits`; None if one reaches outside or into another."""
    limit = origin + len(data)
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        if not origin <= edit.start <= edit.end <= limit:
            return None
        limit = edit.start
        replacement = edit.replacement.encode("utf-8", "surrogatepass")
        data = data[: edit.start - origin] + replacement + data[edit.end - origin :]
    return data
