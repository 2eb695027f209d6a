"""What people sign: approvals, waivers and their revocation; and what every predicate says of its making."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.model.outcome import Meaning
from assay.model.statement import SignedStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """The program that made a predicate, and what it was configured with."""

    name: str
    version: str
    config_digest: str
    """sha256 of the configuration's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What a predicate belongs to beyond its subject."""

    commits: tuple[str, ...] = ()
    """Object ids of the commits that were read, oldest first."""
    pr: str | None = None
    """The pull or merge request, as its forge writes it in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a person says about a decision on the subject of the statement (21 CFR 11.50)."""

    at: str
    """RFC 3339, UTC, whole seconds: when it was signed."""
    decision: str
    """sha256 of the envelope of the decision that the person saw."""
    meaning: Meaning
    name: str
    """The signer's printed name."""
    text_sha256: str
    """sha256 of the text that was shown before signing, in UTF-8."""
    person: str | None = None
    """The id under `[people]` the signer claims; it counts only if the key says the same."""
    until: str | None = None
    """RFC 3339, UTC, whole seconds: not counted from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverScope:
    """Which findings a waiver accepts: those named by fingerprint, or those of one rule under some paths."""

    fingerprints: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    """Fingerprint to keyed tag, for findings on secrets and PHI: such a finding is waived only if both match."""
    rule: str | None = None
    paths: tuple[str, ...] = ()
    """Globs relative to the root of the repository; only with `rule`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A person accepts findings on the subject of the statement until a date, with a reason and a ticket."""

    at: str
    """RFC 3339, UTC, whole seconds: when it was signed."""
    scope: WaiverScope
    reason: str
    ticket: str
    requested_by: str
    """The id under `[people]`, or the name, of who asked for it."""
    until: str
    """RFC 3339, UTC, whole seconds: not applied from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """An approval or a waiver no longer counts."""

    at: str
    """RFC 3339, UTC, whole seconds: when it was signed."""
    envelope: str
    """sha256 of the envelope that is revoked: its name."""
    pae: str
    """sha256 of what that envelope's signatures sign, so that other envelope bytes around it are revoked too."""
    reason: str

    def revokes(self, signed: SignedStatement) -> bool:
        """Whether `signed` is the statement revoked, in whatever envelope it comes."""
        return signed.envelope == self.envelope or signed.pae == self.pae
