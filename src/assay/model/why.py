"""The tree of reasons behind a decision: what was decided, what it rests on, and who can change it how."""

from dataclasses import dataclass
from enum import StrEnum


class WhyKind(StrEnum):
    """What one line of the tree is about."""

    VERDICT = "verdict"
    RULE = "rule"
    REASON = "reason"
    """One result of a rule: a message, with its path where it has one."""
    FINDING = "finding"
    REQUIREMENT = "requirement"
    """Approvals that are asked for."""
    APPROVAL = "approval"
    """An approval that was looked at."""
    PERSON = "person"
    """Somebody who can act."""
    COMMAND = "command"
    """What to type next, exactly."""


class WhyState(StrEnum):
    """How one line bears on the verdict."""

    GOOD = "good"
    """It speaks for the change: passed, counted, fulfilled."""
    BAD = "bad"
    """It speaks against it."""
    WAITING = "waiting"
    """It waits for a person."""
    UNKNOWN = "unknown"
    """It could not be evaluated."""
    NEUTRAL = "neutral"
    """It is said for information."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNode:
    """One line of the tree, and the lines that explain it."""

    kind: WhyKind
    state: WhyState
    label: str
    """One line of text, without colour or symbols."""
    reference: str | None = None
    """What the line names: a rule's id, a fingerprint, the digest of an envelope, the id of a person."""
    path: str | None = None
    children: tuple["WhyNode", ...] = ()
