"""Findings and what an inspection as a whole has to report."""

from dataclasses import dataclass

from assay.model.outcome import Confidence, Outcome, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of bytes in one file, with its first and last line and column."""

    start: int
    """Offset of the first byte, from 0."""
    end: int
    """Offset after the last byte."""
    line: int
    """1-based."""
    column: int
    """1-based, counted in bytes."""
    end_line: int
    end_column: int
    """The column after the last byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding is: a file at the head of the change, or in the commit named, or the commit's own message."""

    path: str
    """Relative to the root of the repository, with `/`; empty for a commit's message."""
    span: Span | None = None
    commit: str | None = None
    """Set when the place is not in the head tree: an earlier commit of the range, or a commit's message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace the bytes `start` to `end` of the finding's file by `replacement`."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A repair an inspector offers; `safe` means that behaviour can only become stricter."""

    description: str
    safe: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result of one rule at one place. Never holds the value of a secret or of PHI."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    place: Place
    fingerprint: str
    """64 hex digits; stable while the finding is the same (see `assay.inspectors.identity`)."""
    tag: str | None = None
    """Keyed tag of the value (16 hex digits) for secrets and PHI, where a tag key is set."""
    fix: Fix | None = None
    controls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that no inspector read, by rule, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """How much was read: nothing read of a change that adds text is never a pass."""

    files: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """What became of one rule; `reason` is given for every outcome but pass and fail."""

    rule: str
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """All that inspectors report of one subject: sorted, complete, and free of secrets."""

    findings: tuple[Finding, ...]
    outcomes: tuple[RuleOutcome, ...]
    scanned: Scanned
    skipped: tuple[Skipped, ...]
