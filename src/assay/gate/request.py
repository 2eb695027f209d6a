"""What a gate is asked to judge."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from assay.git import Range, Repository
from assay.model.outcome import GateKind

Progress = Callable[[int, int | None], None]
"""Called with the number of files done, and of all where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRequest:
    """One run of one gate."""

    repository: Repository
    state: Path
    """The folder of ledger, keys and cache."""
    range: Range
    kind: GateKind
    at: str
    """RFC 3339, UTC, whole seconds: the time that the decision is made at."""
    target: str | None = None
    """The branch whose tip holds the policy; None: as `assay.gate.target` finds it."""
    evidence: tuple[Path, ...] = ()
    """Files and folders of statements to take in first."""
    signer: str | None = None
    """Reference to the signing key; None: what `[keys] signer` says, else the local key."""
    progress: Progress | None = field(default=None, repr=False)
