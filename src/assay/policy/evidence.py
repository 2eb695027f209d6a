"""What a decision is made from, gathered by the caller: nothing here reads a file, a clock or a network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assay.config.schema import Config
from assay.model.decision import CheckpointRef
from assay.model.outcome import GateKind, KeyClass
from assay.model.statement import SignedStatement
from assay.model.subject import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One changed file as conftest packs are given it. Its values stay in memory; only path and blob are recorded."""

    path: str
    blob: str
    """Object id at the head of the change."""
    values: tuple[Any, ...] = field(default=(), repr=False)
    """Its documents, of which a YAML file can have many, as JSON has them."""
    fault: str | None = None
    """Why it could not be parsed: the rules of conftest packs are then not evaluated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a gate knows of one change."""

    gate: GateKind
    change: Change
    statements: tuple[SignedStatement, ...]
    """Verified, in the order of the log."""
    trust: Mapping[str, str | None]
    """For every envelope, why its signer is not believed at this gate; None: it is. Who is left out is not believed."""
    config: Config
    """Of the target commit."""
    checkpoint: CheckpointRef
    """The state of the log that `statements` were read from."""
    signer: KeyClass
    """The class of the key that will sign the decision."""
    documents: tuple[Document, ...] | None = None
    """The changed files of kinds that can be parsed; None where nobody looked."""
    same_subjects: frozenset[str] = frozenset()
    """sha256 of other subjects that are the same change on another base; heard only under `follow = "patch-id"`."""

    @property
    def subjects(self) -> frozenset[str]:
        """sha256 of the subjects that statements may be about to count here."""
        follow = self.same_subjects if self.config.gate.follow == "patch-id" else frozenset()
        return follow | {self.change.subject.sha256}
