"""Scanning bytes for many patterns at once: the port, and the engine that needs nothing but the standard library."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Protocol

Hit = tuple[int, int]
"""Index of a pattern and the offset after the last byte of one of its matches."""


class PatternEngine(Protocol):
    """Many patterns, compiled once."""

    def scan(self, data: bytes) -> Sequence[Hit]:
        """Return where matches end, in any order; of overlapping matches of one pattern at least the first.

        Raises `SourceError` where the data cannot be scanned: that is never the same as finding nothing.
        """
        ...


@cache
def compiled(pattern: str) -> re.Pattern[bytes]:
    """Return the pattern for `re`, compiled on first use: compiling all of them takes longer than a small scan."""
    return re.compile(pattern.encode())


class KeywordEngine:
    """Looks for each pattern's keywords first, then runs `re` for those that stand in the data.

    It starts at once and is slow: for free text, and for platforms without Hyperscan.
    """

    def __init__(self, patterns: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Take pairs of a pattern and its keywords, which are lower case."""
        self._patterns = [(pattern, [word.encode() for word in keywords]) for pattern, keywords in patterns]

    def scan(self, data: bytes) -> Sequence[Hit]:
        """Return every hit, see `PatternEngine.scan`."""
        return list(self._hits(data))

    def _hits(self, data: bytes) -> Iterator[Hit]:
        folded = data.lower()
        for index, (pattern, keywords) in enumerate(self._patterns):
            if any(word in folded for word in keywords):
                yield from ((index, found.end()) for found in compiled(pattern).finditer(data))
