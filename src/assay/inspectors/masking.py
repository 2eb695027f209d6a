"""Covering the secrets and PHI of a file, wherever a line of it is to leave the process that read it.

Trusted: the inspectors, for what is a value. Not trusted: the lines, which may repeat a value elsewhere or hold it in
pieces. If lost: a value shows in an excerpt, or can be guessed from a fingerprint.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assay.inspectors._base import Match, SourceFile

# Shorter values ("M", "42") stand in lines by chance; they are covered only where they were found.
MIN_REPEATED_BYTES = 4

# Every line shown is searched for each value. A file with more values than this has them found where they stand.
MAX_REPEATED_VALUES = 256


@dataclass(frozen=True, slots=True, order=True)
class _Cover:
    """Bytes to cover, and the rule that found them."""

    start: int
    end: int
    rule: str


class Values:
    """The values that were found in one file, by place and by content."""

    def __init__(self, file: SourceFile, matches: Iterable[Match]) -> None:
        self._file = file
        found = [match for match in matches if match.value is not None]
        self._covers = _merged(_place(file, match) for match in found)
        self._starts = [cover.start for cover in self._covers]
        self._repeated: dict[bytes, str] = {}
        for match in sorted(found, key=lambda match: (match.start, match.rule)):
            if len(match.value or b"") >= MIN_REPEATED_BYTES and len(self._repeated) < MAX_REPEATED_VALUES:
                self._repeated.setdefault(match.value or b"", match.rule)

    def masked(self, line: int, mask: Callable[[str], bytes], *, at: int = 0) -> tuple[bytes, int]:
        """Return the line at index `line` with every value in it replaced by `mask(rule)`.

        Also where offset `at` of the file came to lie in it; 0 when that is before the line.
        """
        start, text = self._file.line_starts[line], self._file.line(line)
        pieces: list[bytes] = []
        length = position = cursor = 0
        for cover in _merged([*self._placed(start, start + len(text)), *self._literal(text, start)]):
            low, high = max(cover.start - start, 0), min(cover.end - start, len(text))
            if at - start >= cursor:
                position = length + min(at - start, low) - cursor
            pieces += [text[cursor:low], mask(cover.rule)]
            length += low - cursor + len(pieces[-1])
            cursor = high
        if at - start >= cursor:
            position = length + at - start - cursor
        return b"".join([*pieces, text[cursor:]]), position

    def _placed(self, start: int, end: int) -> Iterator[_Cover]:
        """Yield what is known to lie in the bytes `start` to `end`."""
        for cover in self._covers[max(bisect_right(self._starts, start) - 1, 0) :]:
            if cover.start >= end:
                return
            if cover.end > start:
                yield cover

    def _literal(self, text: bytes, start: int) -> Iterator[_Cover]:
        for value, rule in self._repeated.items():
            at = text.find(value)
            while at >= 0:
                yield _Cover(start + at, start + at + len(value), rule)
                at = text.find(value, at + len(value))


def _place(file: SourceFile, match: Match) -> _Cover:
    """Return where the match's value lies; where it is not there letter by letter, all of the match."""
    value = match.value or b""
    at = file.data.find(value, match.start, match.end) if value else -1
    return _Cover(at, at + len(value), match.rule) if at >= 0 else _Cover(match.start, match.end, match.rule)


def _merged(covers: Iterable[_Cover]) -> list[_Cover]:
    """Return `covers` in order, those that overlap as one under the first one's rule."""
    merged: list[_Cover] = []
    for cover in sorted(covers, key=lambda cover: (cover.start, -cover.end, cover.rule)):
        if merged and cover.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = _Cover(last.start, max(last.end, cover.end), last.rule)
        else:
            merged.append(cover)
    return merged
