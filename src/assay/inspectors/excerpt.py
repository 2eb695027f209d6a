"""A few lines around a finding, for people at a terminal. Excerpts never enter a statement, a log or a cache.

Of a secret or of PHI only the first line is shown, for the lines around it may hold more of the same. All values known
in a line are masked, in every excerpt of the file.
"""

from assay.inspectors._base import Match, SourceFile
from assay.inspectors.masking import Values
from assay.model.report import Excerpt

# Of one length for every value, so that the excerpt does not tell the value's.
MASK = "•" * 8

AROUND_LINES = 2
MAX_LINES = 12
MAX_LINE_LENGTH = 160
# How much of a long line is shown before the finding.
_LEAD_LENGTH = 40


def excerpt(file: SourceFile, values: Values, match: Match, *, lines_before: int = 0) -> Excerpt:
    """Return the excerpt of `match`; `lines_before` is the number of lines before `file` where it is a window."""
    span = file.span(match.start, match.end)
    first, last = span.line - 1, span.end_line - 1
    if match.value is not None:
        shown = range(first, first + 1)
    else:
        lines = len(file.line_starts) - file.data.endswith(b"\n")
        shown = range(max(0, first - AROUND_LINES), max(first + 1, min(last + AROUND_LINES + 1, lines)))[:MAX_LINES]
    return Excerpt(
        first_line=lines_before + shown.start + 1,
        lines=tuple(_line(values, line, match.start if line == first else 0) for line in shown),
        marked=(lines_before + first + 1, lines_before + min(last, shown.stop - 1) + 1),
    )


def _line(values: Values, line: int, at: int) -> str:
    masked, position = values.masked(line, lambda _: MASK.encode(), at=at)
    text = masked.decode("utf-8", errors="replace")
    return _cut(_visible(text), len(masked[:position].decode("utf-8", errors="replace")))


def _visible(text: str) -> str:
    """Replace what would move a terminal's cursor, change its colours or turn the direction of writing."""
    text = text.expandtabs(1)
    return text if text.isprintable() else "".join(letter if letter.isprintable() else "�" for letter in text)


def _cut(text: str, position: int) -> str:
    """Return at most `MAX_LINE_LENGTH` characters of `text`, around `position`, with `…` where it goes on."""
    if len(text) <= MAX_LINE_LENGTH:
        return text
    start = min(max(0, position - _LEAD_LENGTH), len(text) - MAX_LINE_LENGTH)
    cut = text[start : start + MAX_LINE_LENGTH]
    cut = cut if start == 0 else f"…{cut[1:]}"
    return cut if start + MAX_LINE_LENGTH == len(text) else f"{cut[:-1]}…"
