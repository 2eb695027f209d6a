"""Which lines of a file stand unchanged in another version of it: the anchors of findings that have no better one.

The lines that occur once on both sides, in the longest selection that keeps their order on both (the first step of the
patience diff). A line that occurs twice could be taken for its copy, so it anchors nothing.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

from assay.inspectors._base import SourceFile
from assay.inspectors.identity import fold

# Both sides' lines are held at once. A larger file has its findings told apart by their order alone.
MAX_ANCHORED_BYTES = 1 << 20


def unchanged_lines(head: SourceFile, base: SourceFile | None) -> tuple[Sequence[int], Sequence[int]]:
    """Return the indexes of the unchanged lines, in order, at the head and at the base."""
    if base is None or max(len(head.data), len(base.data)) > MAX_ANCHORED_BYTES:
        return (), ()
    ours, theirs = _unique(head), _unique(base)
    common = [(ours[line], theirs[line]) for line in ours if line in theirs]
    pairs = _longest_increasing(sorted(common))
    return [here for here, _ in pairs], [there for _, there in pairs]


def nearest_above(unchanged: Sequence[int], line: int) -> int | None:
    """Return the greatest of `unchanged` that is less than `line`, or None."""
    at = bisect_left(unchanged, line)
    return unchanged[at - 1] if at else None


def _unique(file: SourceFile) -> Mapping[str, int]:
    """Return the lines that occur once and are not blank, folded, to their indexes."""
    lines = [fold(line) for line in file.lines]
    counts = Counter(lines)
    return {line: index for index, line in enumerate(lines) if line and counts[line] == 1}


def _longest_increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest selection of `pairs`, ascending in the first, that also ascends in the second.

    By patience sorting: each pile's top is the smallest end of a selection of that length.
    """
    tops: list[int] = []
    top_pairs: list[int] = []
    before: list[int] = []
    for index, (_, there) in enumerate(pairs):
        pile = bisect_left(tops, there)
        before.append(top_pairs[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [there]
        top_pairs[pile : pile + 1] = [index]
    chosen: list[tuple[int, int]] = []
    at = top_pairs[-1] if top_pairs else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]
