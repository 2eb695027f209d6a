"""Decisions: what a gate concluded, why, from what, and who can change it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.model.finding import RuleOutcome
from assay.model.outcome import GateKind, Meaning, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One line of why: a rule that fired, or evidence that is missing."""

    effect: str
    """`deny`, `require`, `warn`, `waived` or `incomplete`."""
    rule: str
    message: str
    path: str | None = None
    fingerprints: tuple[str, ...] = ()
    """The findings this reason rests on."""
    waiver: str | None = None
    """Digest of the waiver's envelope, where the effect is `waived`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenApproval:
    """An approval that was looked at, and whether it counted."""

    person: str
    name: str
    meaning: Meaning
    at: str
    envelope: str
    """Digest of its envelope."""
    counted: bool
    reason: str | None = None
    """Why it did not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Approvals asked for by a rule, and those given."""

    rule: str
    message: str
    role: str | None
    """None: any person with a key of class `person`."""
    count: int
    """Distinct people."""
    meaning: Meaning
    given: tuple[GivenApproval, ...] = ()

    @property
    def fulfilled(self) -> bool:
        """Whether enough distinct people have given it."""
        return len({approval.person for approval in self.given if approval.counted}) >= self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRef:
    """The state of a log that a decision read."""

    origin: str
    size: int
    root: str
    """64 hex digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRef:
    """The policy that was applied: where it was read from and what it was."""

    ref: str
    """The ref or `built-in`."""
    commit: str | None
    digests: Mapping[str, str]
    """Pack id to sha256 of its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a gate concluded. Its fields are the decision predicate's members."""

    gate: GateKind
    verdict: Verdict
    reasons: tuple[Reason, ...]
    requires: tuple[Requirement, ...]
    outcomes: tuple[RuleOutcome, ...]
    """Of every rule, inspectors' and packs', after waivers."""
    strategy: str
    policy: PolicyRef
    engine: str
    """Name and version."""
    evidence: tuple[str, ...]
    """Digests of the envelopes read, in log order."""
    checkpoint: CheckpointRef
    at: str
    """RFC 3339, UTC."""
    advisory: bool
    incomplete: bool
    """A required rule was not evaluated, so the verdict is `deny` and the exit code 2."""
    input: str
    """sha256 of the exact engine input in the content-addressed store."""
    commits: tuple[str, ...] = field(default=())
    """The commits whose messages and authors were read; the decision is void when they differ."""

    @property
    def exit_code(self) -> int:
        """0 allow, 1 deny, 2 incomplete, 3 needs approval (precedence 2 > 1 > 3 > 0)."""
        if self.incomplete:
            return 2
        return {Verdict.ALLOW: 0, Verdict.DENY: 1, Verdict.NEEDS_APPROVAL: 3}[self.verdict]
