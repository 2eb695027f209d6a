"""Hyperscan behind the port of `_patterns`; the only module that imports it.

Trusted: a serialised database is native code in all but name; only bytes that `_cache` has authenticated are loaded.
Not trusted: the data that is scanned. If lost: a forged database runs as the user.

Hyperscan says where matches end; where they begin, the caller finds out (asking Hyperscan for it costs three quarters
of its speed, and some patterns would not compile).
"""

import threading
from collections.abc import Sequence
from typing import Self

import hyperscan

from assay.errors import SourceError
from assay.inspectors.secrets._patterns import Hit


class HyperscanEngine:
    """A Hyperscan database in block mode. Threads may share it: each has its own scratch space."""

    def __init__(self, database: hyperscan.Database) -> None:
        self._database = database
        self._local = threading.local()

    @classmethod
    def compile(cls, patterns: Sequence[str]) -> Self:
        """Compile `patterns`; takes about half a second for the built-in rules."""
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(
            expressions=[pattern.encode() for pattern in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=0,
        )
        return cls(database)

    @classmethod
    def load(cls, serialised: bytes) -> Self | None:
        """Return the engine that `dump` wrote; None where this build of Hyperscan or this processor cannot use it."""
        try:
            database = hyperscan.loadb(serialised, mode=hyperscan.HS_MODE_BLOCK)
            # Without scratch space of its own, every scan of a loaded database fails.
            database.scratch = hyperscan.Scratch(database)
        except hyperscan.error:
            return None
        return cls(database)

    def dump(self) -> bytes:
        """Return the database as bytes for this version of Hyperscan and this platform."""
        return hyperscan.dumpb(self._database)

    def scan(self, data: bytes) -> Sequence[Hit]:
        """Return every hit, see `PatternEngine.scan`."""
        hits: list[Hit] = []

        def keep(pattern: int, _start: int, end: int, _flags: int, _context: object) -> None:
            hits.append((pattern, end))

        try:
            self._database.scan(data, keep, scratch=self._scratch())
        except hyperscan.error as error:
            raise SourceError(f"the pattern engine failed ({type(error).__name__})") from error
        return hits

    def _scratch(self) -> hyperscan.Scratch:
        scratch: hyperscan.Scratch | None = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = hyperscan.Scratch(self._database)
        return scratch


def version() -> str:
    """Return what a serialised database is tied to, beside the processor."""
    return str(hyperscan.__version__)  # type: ignore[attr-defined]  # its stub leaves it out
