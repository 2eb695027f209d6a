"""The work of one worker: files and messages in, findings without values out.

Trusted: the repository's git, the configuration. Not trusted: every file and message. If lost: a worker that crashes or
hangs is killed by the pool, and `assay.inspectors.run` reports an error for every family that its files concern.

A job names objects and files; the worker reads them itself, so that no more than one file is ever held, and only
findings, which have no values, go back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assay.config.schema import CheckConfig
from assay.errors import AssayError
from assay.git import ObjectReader, WorktreeFile
from assay.inspectors._base import FileInspector, Match
from assay.inspectors._content import BlobContent, Content, DiskContent
from assay.inspectors._findings import finding, new_sightings
from assay.inspectors._sightings import NOTHING, Failure, Sightings, look
from assay.inspectors.identity import tag
from assay.inspectors.scope import in_scope
from assay.model.finding import Finding
from assay.model.outcome import Outcome
from assay.model.report import Excerpt
from assay.model.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One version of a file to look at, and the version it is compared with."""

    path: str
    head: str | WorktreeFile
    """Object id, or a file of the work tree."""
    old_path: str = ""
    base: str | None = None
    """Object id; None where there is nothing to compare with, so that everything is new."""
    skip: str | None = None
    """Why it is not looked at, where that is known without reading it."""
    commit: str | None = None
    """Set where the version is not at the head of the change: the commit that brought it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one target, or of the commits' messages."""

    target: Target | None
    families: frozenset[str] = frozenset()
    """Those it concerns."""
    findings: tuple[Finding, ...] = ()
    values: tuple[str, ...] = ()
    """Of each finding a tag of its value under a key that ends with this run; empty where it has none."""
    excerpts: Mapping[str, Excerpt] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    skipped: str | None = None
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What a process needs to look at files."""

    families: tuple[FileInspector, ...]
    reader: ObjectReader
    check: CheckConfig
    run_key: bytes = field(repr=False)
    """Made for this run alone: tells values apart between processes without telling what they are."""
    tag_key: bytes | None = field(default=None, repr=False)

    def concerned(self, target: Target) -> tuple[FileInspector, ...]:
        """Return the families that look at `target`; only some look at what the head of a change no longer holds."""
        wanted = (family for family in self.families if target.commit is None or family.history)
        return tuple(family for family in wanted if family.accepts(target.path))

    def file(self, target: Target) -> FileReport:
        """Return what is new in one file."""
        families = self.concerned(target)
        if target.skip or not families:
            return FileReport(target=target, skipped=target.skip)
        try:
            head = look(self._content(target.head), target.path, families, label=target.path, shown=True)
            base = self._base(target, [family for family in families if head.seen.get(family.family)])
        except (AssayError, OSError) as error:
            reason = error.message if isinstance(error, AssayError) else f"cannot be read ({type(error).__name__})"
            return self.lost(target, reason)
        if head.skipped:
            return FileReport(target=target, skipped=head.skipped)
        new = new_sightings(target.path, head, base)
        # What cannot be parsed at the base holds nothing known, so that all at the head is new; a crash is a crash.
        crashes = tuple(failure for failure in base.failures if failure.outcome is Outcome.ERROR)
        return FileReport(
            target=target,
            families=frozenset(family.family for family in families),
            findings=tuple(
                finding(
                    seen,
                    _rule(families, seen.match.rule),
                    mark,
                    path=target.path,
                    commit=target.commit,
                    key=self.tag_key,
                )
                for mark, seen in new.items()
            ),
            values=tuple(self._told_apart(seen.match) for seen in new.values()),
            excerpts={mark: seen.excerpt for mark, seen in new.items() if seen.excerpt},
            failures=head.failures + crashes,
            bytes=head.bytes,
        )

    def lost(self, target: Target, reason: str) -> FileReport:
        """Return the report of a file that nothing could be learned of: an error of every family it concerns."""
        names = [family.family for family in self.concerned(target)]
        failures = (Failure(family=name, outcome=Outcome.ERROR, reason=f"{target.path}: {reason}") for name in names)
        return FileReport(target=target, families=frozenset(names), failures=tuple(failures))

    def _base(self, target: Target, families: Iterable[FileInspector]) -> Sightings:
        """Return what the families that saw something at the head see at the base, under the head's path."""
        if target.base is None or not in_scope(target.old_path, self.check):
            return NOTHING
        knowing = [family for family in families if family.accepts(target.old_path)]
        if not knowing:
            return NOTHING
        label = f"{target.old_path} at the base"
        return look(self._content(target.base), target.old_path, knowing, label=label, shown=False)

    def _told_apart(self, match: Match) -> str:
        return "" if match.value is None else tag(self.run_key, match.rule, match.value)

    def _content(self, version: str | WorktreeFile) -> Content:
        if isinstance(version, str):
            return BlobContent(reader=self.reader, blob=version)
        return DiskContent(file=version)


def _rule(families: Iterable[FileInspector], name: str) -> Rule:
    return next(family.rules[name] for family in families if name in family.rules)
