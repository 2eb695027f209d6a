"""What part of an excerpt a finding marks, and what a fix makes of it, as far as the excerpt shows it."""

from dataclasses import dataclass

from assay.model.finding import Edit, Finding
from assay.model.report import Excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The marked lines before and after a fix."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def marked_lines(excerpt: Excerpt) -> tuple[str, ...]:
    """Return the lines of the finding itself."""
    first, last = excerpt.marked
    return excerpt.lines[first - excerpt.first_line : last - excerpt.first_line + 1]


def underlined(finding: Finding, excerpt: Excerpt) -> tuple[int, int] | None:
    """Return the characters to underline in the first marked line, from 0, half open; None where it is not shown.

    Spans count bytes and an excerpt is text, masked and cut: where the span does not fit the line, all of it is marked.
    """
    lines = marked_lines(excerpt)
    span = finding.place.span
    if not lines or span is None:
        return None
    line = lines[0]
    blank = len(line) - len(line.lstrip())
    start = _character(line, span.column - 1)
    end = _character(line, span.end_column - 1) if span.end_line == span.line else len(line.rstrip())
    if start is None or end is None or start >= len(line):
        return (blank, len(line.rstrip())) if line.strip() else None
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


def _character(line: str, offset: int) -> int | None:
    """Return which character of `line` holds the byte at `offset`; None beyond its end."""
    data = line.encode("utf-8", "surrogatepass")
    return len(data[:offset].decode("utf-8", "ignore")) if 0 <= offset <= len(data) else None


def preview(finding: Finding, excerpt: Excerpt | None) -> Preview | None:
    """Return the marked lines before and after the finding's fix; None where the excerpt cannot tell for sure.

    The excerpt must hold the bytes that the span counts: nothing masked, nothing cut, and every edit inside it.
    """
    span, fix = finding.place.span, finding.fix
    if excerpt is None or span is None or fix is None or not fix.edits or finding.tag is not None:
        return None
    before = marked_lines(excerpt)
    if excerpt.marked != (span.line, span.end_line) or len(before) != span.end_line - span.line + 1:
        return None
    data = "\n".join(before).encode("utf-8", "surrogatepass")
    origin = span.start - (span.column - 1)
    last_line = len(data) - len(before[-1].encode("utf-8", "surrogatepass"))
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
