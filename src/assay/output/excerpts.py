"""What part of an excerpt a finding marks, and what a fix makes of it, as far as the excerpt shows it.

Spans count the bytes of a file. An excerpt is text in which values are masked, long lines cut, and letters that
cannot be shown replaced, so it counts like the file only up to the first of these.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from assay.model.finding import Edit, Finding, Span
from assay.model.report import Excerpt

MASK = "•" * 8
"""What stands for a value (`assay.inspectors.excerpt.MASK`)."""
CUT = "…"
# From here on a line no longer counts like the file: a mask, a replaced letter, or the end of a line that goes on.
_CHANGED = re.compile(f"{MASK}|\ufffd|{CUT}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The lines that a fix changes, before and after it."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield sign and line of a difference: lines that are the same at the start and the end, and `-` and `+`."""
        shorter = min(len(self.before), len(self.after))
        head = next((index for index in range(shorter) if self.before[index] != self.after[index]), shorter)
        left = shorter - head
        tail = next((index for index in range(left) if self.before[-1 - index] != self.after[-1 - index]), left)
        yield from ((" ", line) for line in self.before[:head])
        yield from (("-", line) for line in self.before[head : len(self.before) - tail])
        yield from (("+", line) for line in self.after[head : len(self.after) - tail])
        yield from ((" ", line) for line in self.before[len(self.before) - tail :])


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
    """Return the lines that the finding's fix changes, before and after; None where the excerpt cannot tell for sure.

    Those lines must be the file's, whole and unmasked. Only the finding's own lines have known offsets; those around it
    are counted with one byte for a line break, so there an edit may only insert whole lines.
    """
    span, fix = finding.place.span, finding.fix
    if excerpt is None or span is None or fix is None or not fix.edits or excerpt.marked != (span.line, span.end_line):
        return None
    starts = _line_starts(excerpt, span)
    lines = [_lines_of(edit, starts, excerpt, span) for edit in fix.edits]
    known = [touched for touched in lines if touched is not None]
    if len(known) < len(lines) or not _adds_up(excerpt, span, starts):
        return None
    first, last = min(touched[0] for touched in known), max(touched[1] for touched in known)
    before = excerpt.lines[first : last + 1]
    if any(_faithful(line) != line for line in before):
        return None
    after = _edited("\n".join(before).encode("utf-8", "surrogatepass"), starts[first], fix.edits)
    return None if after is None else Preview(before=before, after=tuple(after.decode("utf-8", "replace").split("\n")))


def _line_starts(excerpt: Excerpt, span: Span) -> list[int]:
    """Return the offset of the first byte of every line of an excerpt, each line break counted as one byte."""
    own = span.line - excerpt.first_line
    starts = [0, *accumulate(len(line.encode("utf-8", "surrogatepass")) + 1 for line in excerpt.lines)]
    return [start - starts[own] + span.start - (span.column - 1) for start in starts]


def _lines_of(edit: Edit, starts: list[int], excerpt: Excerpt, span: Span) -> tuple[int, int] | None:
    """Return the first and last line of the excerpt that an edit touches; None where that is not known."""
    own, last = span.line - excerpt.first_line, span.end_line - excerpt.first_line
    if starts[own] <= edit.start <= edit.end < starts[last + 1]:
        return (bisect_right(starts, edit.start) - 1, bisect_right(starts, edit.end) - 1)
    if edit.start == edit.end and edit.start in starts[:-1] and edit.replacement.endswith("\n"):
        return (starts.index(edit.start), starts.index(edit.start))
    if edit.start == edit.end and edit.end + 1 in starts[1:] and edit.replacement.startswith("\n"):
        return (starts.index(edit.end + 1) - 1, starts.index(edit.end + 1) - 1)
    return None


def _adds_up(excerpt: Excerpt, span: Span, starts: list[int]) -> bool:
    """Tell whether the span ends where its lines say: not so where they end in CR LF, or where one was masked."""
    last = span.end_line - excerpt.first_line
    return last < len(excerpt.lines) and starts[last] + span.end_column - 1 == span.end < starts[last + 1]


def _edited(data: bytes, origin: int, edits: tuple[Edit, ...]) -> bytes | None:
    """Return `data`, whose first byte is at `origin`, after `edits`; None if one reaches into another."""
    limit = origin + len(data)
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        if edit.end > limit:
            return None
        limit = edit.start
        replacement = edit.replacement.encode("utf-8", "surrogatepass")
        data = data[: edit.start - origin] + replacement + data[edit.end - origin :]
    return data
