"""What an inspector is given and what it answers: files in, matches out, nothing judged and nothing stored.

Trusted: nothing that is read; a file may hold any bytes at all. Not trusted: names, sizes, encodings, and the time an
inspector takes (it runs in a process that can be killed). If lost: a `Match` carries the secret it found in `value`, so
a match never leaves the process that made it; `assay.inspectors.identity` makes findings of them, which have no value.

A family is a package with a cheap module-level `INSPECTOR`. Its rules are one file each (or one TOML table for a
pattern rule), and `rules` lists the metadata of every rule that `inspect` can report.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, runtime_checkable

from assay.config.schema import Config
from assay.model.finding import Fix, Span
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule
from assay.model.subject import Commit


# No slots: `cached_property` keeps what it computes in the instance's dictionary.
@dataclass(frozen=True, kw_only=True)
class SourceFile:
    r"""One file, or one window of a very large one, in UTF-8 where it is text in UTF-16.

    Offsets count bytes of `data`. Lines end at `\n`, as git counts them.
    """

    path: str
    """Relative to the root, with `/`; at the head of the change. Empty for a commit's message."""
    data: bytes = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The data as text; bytes that are not UTF-8 are replaced, so its length says nothing of offsets."""
        return self.data.decode("utf-8", errors="replace")

    @cached_property
    def lines(self) -> tuple[bytes, ...]:
        r"""The lines without their `\n` or `\r\n`."""
        return tuple(line.removesuffix(b"\r") for line in self.data.split(b"\n"))

    @cached_property
    def line_starts(self) -> Sequence[int]:
        """The offset of the first byte of every line; an array, for a file may be nothing but line ends."""
        starts = array("Q", [0])
        starts.extend(found.end() for found in re.finditer(rb"\n", self.data))
        return starts

    def line_at(self, offset: int) -> int:
        """Return the index, from 0, of the line that holds the byte at `offset`."""
        return bisect_right(self.line_starts, offset) - 1

    def line(self, index: int) -> bytes:
        r"""Return the line at `index`, from 0, without its `\n` or `\r\n`."""
        following = index + 1
        end = self.line_starts[following] - 1 if following < len(self.line_starts) else len(self.data)
        return self.data[self.line_starts[index] : end].removesuffix(b"\r")

    def span(self, start: int, end: int) -> Span:
        """Return the span of the bytes `start` to `end` (half open)."""
        first, last = self.line_at(start), self.line_at(max(start, end - 1))
        return Span(
            start=start,
            end=end,
            line=first + 1,
            column=start - self.line_starts[first] + 1,
            end_line=last + 1,
            end_column=end - self.line_starts[last] + 1,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One rule's result at one place of one file. It may hold a secret, so it stays in the process that made it."""

    rule: str
    start: int
    """Offset in the file's data."""
    end: int
    message: str
    """For people; never holds the value."""
    severity: Severity | None = None
    """None: the rule's own."""
    confidence: Confidence = Confidence.HIGH
    anchor: str | None = None
    """Object path or enclosing definition (`jobs.build.steps[2].uses`); None: the nearest unchanged line above."""
    value: bytes | None = field(default=None, repr=False)
    """Set for secrets and PHI: the bytes to mask and to tag."""
    fix: Fix | None = None


class FileInspector(Protocol):
    """Finds things in files. One instance serves a whole process, so it holds no state of any file."""

    @property
    def family(self) -> str:
        """The first part of its rules' ids."""
        ...

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule that `inspect` can report, by id."""
        ...

    @property
    def windowed(self) -> bool:
        """Whether a file too large for memory may be given in overlapping pieces, each as a file of its own."""
        ...

    @property
    def history(self) -> bool:
        """Whether it also reads what a change brings and does not keep: messages, and blobs added then deleted."""
        ...

    def accepts(self, path: str) -> bool:
        """Return whether files at `path` concern this family."""
        ...

    def inspect(self, file: SourceFile) -> Iterable[Match]:
        """Yield the matches of every rule, in any order.

        Raises `SourceError` where the file cannot be parsed: the family's rules are then `not_evaluated`.
        """
        ...


@runtime_checkable
class Preparable(Protocol):
    """An inspector that opens something expensive, such as compiled patterns, and can keep it between runs."""

    def prepare(self, cache: Path) -> None:
        """Open it now, with the folder `cache` to keep it in. A cache that cannot be used is no error."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitContext:
    """What a commit inspector knows beside the commit."""

    config: Config
    """Read from the target of the change."""
    paths: tuple[str, ...] = ()
    """What this commit touches."""
    services: frozenset[str] = frozenset()
    """Names under `[services]` that own any of the paths."""
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitMatch:
    """One rule's result on one commit."""

    rule: str
    message: str
    anchor: str
    """What it is about within the commit: a trailer's key, or `subject`."""
    severity: Severity | None = None
    """None: the rule's own."""
    confidence: Confidence = Confidence.HIGH


class CommitInspector(Protocol):
    """Finds things in commits: their messages and trailers, and what those say of the files."""

    @property
    def family(self) -> str:
        """The first part of its rules' ids."""
        ...

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule that `inspect` can report, by id."""
        ...

    def inspect(self, commit: Commit, context: CommitContext) -> Iterable[CommitMatch]:
        """Yield the matches of every rule, in any order."""
        ...
