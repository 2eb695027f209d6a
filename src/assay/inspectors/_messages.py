"""Commits, looked at as files are.

The message is the file, and a commit inspector reads it beside the families that look for what must not be written.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from assay.config.schema import Config
from assay.inspectors._base import CommitContext, CommitInspector, FileInspector, Match, SourceFile
from assay.inspectors._findings import finding, likeness, sightings_by_place
from assay.inspectors._looking import FileReport
from assay.inspectors._sightings import Failure, Sighting, look
from assay.inspectors.identity import fingerprints
from assay.inspectors.scope import domains_of, services_of
from assay.model.outcome import Outcome
from assay.model.rule import Rule
from assay.model.subject import Commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """All commits of a change, each with the paths that it touches."""

    commits: tuple[tuple[Commit, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a process needs to look at commits."""

    families: tuple[CommitInspector, ...]
    file_families: tuple[FileInspector, ...]
    config: Config
    tag_key: bytes | None = field(default=None, repr=False)

    @property
    def inspectors(self) -> tuple[CommitInspector | FileInspector, ...]:
        """All that read messages: of the families of files those that look for what must not be in the history."""
        return (*self.families, *self._file_families)

    @property
    def _file_families(self) -> tuple[FileInspector, ...]:
        return tuple(family for family in self.file_families if family.history)

    def lost(self, reason: str) -> FileReport:
        """Return the report of messages that nothing could be learned of."""
        names = sorted(family.family for family in self.inspectors)
        failures = (Failure(family=name, outcome=Outcome.ERROR, reason=f"commit messages: {reason}") for name in names)
        return FileReport(target=None, families=frozenset(names), failures=tuple(failures))

    def messages(self, messages: Messages) -> FileReport:
        """Return what there is in the commits. All of it is new, for the base has none of them."""
        rules: dict[str, Rule] = {name: rule for family in self.inspectors for name, rule in family.rules.items()}
        seen: list[tuple[str, Sighting]] = []
        failures: list[Failure] = []
        for commit, context in self._contexts(messages):
            bound = (_Bound(inspector, commit, context) for inspector in self.families)
            label = f"commit {commit.id[:12]}"
            sightings = look(_Message(commit.message), "", (*self._file_families, *bound), label=label, shown=True)
            seen += ((commit.id, sighting) for sighting in sightings_by_place(sightings))
            failures += sightings.failures
        marks = list(fingerprints(likeness(sighting, "", "") for _, sighting in seen))
        placed = list(zip(marks, seen, strict=True))
        names = (family.family for family in self.inspectors)
        return FileReport(
            target=None,
            families=frozenset(names if messages.commits else ()),
            findings=tuple(
                finding(sighting, rules[sighting.match.rule], mark, path="", commit=commit, key=self.tag_key)
                for mark, (commit, sighting) in placed
            ),
            excerpts={mark: sighting.excerpt for mark, (_, sighting) in placed if sighting.excerpt},
            failures=tuple(failures),
        )

    def _contexts(self, messages: Messages) -> Iterator[tuple[Commit, CommitContext]]:
        """Yield each commit with what it touches; commits that touch the same paths share one context."""
        known: dict[int, CommitContext] = {}
        for commit, paths in messages.commits:
            if id(paths) not in known:
                services = frozenset(name for path in paths for name in services_of(path, self.config))
                domains = frozenset(domains_of(services, self.config))
                known[id(paths)] = CommitContext(config=self.config, paths=paths, services=services, domains=domains)
            yield commit, known[id(paths)]


class _Message:
    """A commit's message as content."""

    def __init__(self, message: str) -> None:
        # Neither an empty message nor a NUL in one may keep it from being looked at.
        self._data = (message or "\n").replace("\0", "\ufffd").encode("utf-8", errors="replace")

    @property
    def size(self) -> int:
        return len(self._data)

    def read(self, limit: int) -> bytes:
        return self._data[:limit]

    def chunks(self) -> Generator[bytes]:
        yield self._data


class _Bound:
    """A commit inspector that looks at one commit, in the shape of one that looks at a file."""

    windowed = True
    history = True

    def __init__(self, inspector: CommitInspector, commit: Commit, context: CommitContext) -> None:
        self._inspector = inspector
        self._commit = commit
        self._context = context

    @property
    def family(self) -> str:
        return self._inspector.family

    @property
    def rules(self) -> Mapping[str, Rule]:
        return self._inspector.rules

    def accepts(self, path: str) -> bool:
        return not path

    def inspect(self, file: SourceFile) -> Iterable[Match]:
        end = len(file.line(0))
        for match in self._inspector.inspect(self._commit, self._context):
            yield Match(
                rule=match.rule,
                start=0,
                end=end,
                message=match.message,
                severity=match.severity,
                confidence=match.confidence,
                anchor=match.anchor,
            )
