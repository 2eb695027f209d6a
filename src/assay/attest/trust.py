"""Who is believed for what: a pure function of the target commit. No file is read here.

1. At the commit gate evidence may be signed by any believed key; at merge, publish, deploy and drift by `ci` or
   `server` keys, or as `[trust.<predicate>]` says.
2. Approvals and waivers count from `person` keys only, revocations from `person` or `server` keys; configuration can
   narrow that, never widen it.
3. A decision counts at the commit and merge gates from any believed key; at publish, deploy and drift from `ci` or
   `server` keys, and not if it is marked advisory. Configuration can narrow that, never widen it.
4. A quorum counts distinct signers: one person with two keys is one.

Trusted: the target commit. Not trusted: the change, the statements, and what a signer says of itself. If lost: whoever
can write `assay.toml` or `assay/keys/` on the target branch decides who is believed; protect both by review.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from assay.attest.keyring import TrustedKey, read_keys
from assay.attest.keys import keyid_of
from assay.config.schema import Config, TrustConfig
from assay.errors import ConfigError
from assay.model.outcome import GateKind, KeyClass
from assay.model.statement import SignedStatement, Signer, Statement

ANY = frozenset(KeyClass)
MACHINES = frozenset({KeyClass.CI, KeyClass.SERVER})

# Which classes may sign these, at every gate; `[trust.<predicate>]` can only narrow it.
PERSONAL = {
    "approval": frozenset({KeyClass.PERSON}),
    "waiver": frozenset({KeyClass.PERSON}),
    "revocation": frozenset({KeyClass.PERSON, KeyClass.SERVER}),
}

# The predicates of the `urn:assay:` namespace, by the name that `[trust.<predicate>]` uses.
OWN_NAMES = frozenset(
    {
        "approval",
        "bisect",
        "decision",
        "findings",
        "package-run",
        "release-event",
        "revocation",
        "risk",
        "sanitize-reversal",
        "waiver",
    }
)
# The same for the predicates of others that Assay makes or reads; any other is named by its whole type.
FOREIGN_NAMES = {
    "https://slsa.dev/provenance/v1": "provenance",
    "https://slsa.dev/verification_summary/v1": "verification-summary",
    "https://cyclonedx.org/bom": "sbom",
    "https://spdx.dev/Document": "sbom",
    "https://spdx.dev/Document/v2.3": "sbom",
    "https://in-toto.io/attestation/test-result/v0.1": "test-result",
}

_OWN_TYPE = re.compile(r"urn:assay:([a-z-]+):v[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustStore:
    """The keys that are believed, and for what."""

    keys: Mapping[str, TrustedKey]
    """Key id to key."""
    rules: Mapping[str, TrustConfig] = field(default_factory=dict)
    """`[trust.<predicate>]`."""
    ignored: tuple[str, ...] = ()
    """Paths of key files without a class: see `assay.attest.keyring`."""

    @classmethod
    def of(cls, config: Config, key_files: Mapping[str, bytes], own: EllipticCurvePublicKey | None = None) -> Self:
        """Build the trust of a target commit from its configuration and its key files (path to bytes).

        `own` is the public key of the process that asks; it is `local` unless the target commit says otherwise. Raises
        `ConfigError` for a key file that cannot be read, a key with two owners, and a `[trust]` that cannot hold.
        """
        _check_rules(config.trust)
        keys, ignored = read_keys(config, key_files)
        if own is not None:
            keys.setdefault(keyid_of(own), TrustedKey(public_key=own, key_class=KeyClass.LOCAL))
        return cls(keys=keys, rules=config.trust, ignored=ignored)

    def signer(self, keyid: str) -> Signer:
        """Return who stands behind a believed key."""
        key = self.keys[keyid]
        return Signer(keyid=keyid, key_class=key.key_class, person=key.person)

    def refusal(self, signed: SignedStatement, gate: GateKind, *, collected: Collection[str] = ()) -> str | None:
        """Return why a verified statement does not count at a gate, in words for `why`; None if it counts.

        `collected` names (by envelope digest) the evidence that this very run has collected itself: it counts whatever
        its signer's class. That never holds for what people sign, nor for decisions.
        """
        name = predicate_name(signed.statement.predicate_type)
        if signed.envelope in collected and name not in PERSONAL and name != "decision":
            return None
        classes, quorum = self._rule(name, gate)
        counted = [signer for signer in signed.signers if signer.key_class in classes]
        if not counted:
            return _class_refusal(name, gate, classes, signed.signers)
        voices = {signer.person or signer.keyid for signer in counted}
        if len(voices) < quorum:
            return f"{name} must be signed by {quorum} distinct signers, found {len(voices)}"
        return _content_refusal(name, gate, signed.statement, counted)

    def _rule(self, name: str, gate: GateKind) -> tuple[frozenset[KeyClass], int]:
        """Return the classes that may sign a predicate at a gate, and how many distinct signers it takes."""
        configured = self.rules.get(name, TrustConfig())
        classes = frozenset(configured.classes)
        if name in PERSONAL:
            return PERSONAL[name] & (classes or PERSONAL[name]), configured.quorum
        if gate is GateKind.COMMIT:
            return ANY, 1
        if name == "decision":
            widest = ANY if gate is GateKind.MERGE else MACHINES
            return widest & (classes or widest), configured.quorum
        return classes or MACHINES, configured.quorum


def predicate_name(predicate_type: str) -> str:
    """Return the name of a predicate type under `[trust]`: short where it has one, else the type itself."""
    parts = _OWN_TYPE.fullmatch(predicate_type)
    return parts[1] if parts is not None else FOREIGN_NAMES.get(predicate_type, predicate_type)


def _check_rules(rules: Mapping[str, TrustConfig]) -> None:
    known = OWN_NAMES | set(FOREIGN_NAMES.values())
    for name, rule in rules.items():
        if name not in known and ":" not in name:
            near = get_close_matches(name, known, n=1)
            raise ConfigError(f"[trust.{name}] names no predicate", hint=f"Did you mean {near[0]}?" if near else None)
        if rule.quorum < 1:
            raise ConfigError(f"[trust.{name}] quorum must be at least 1, found {rule.quorum}")
        if name in PERSONAL and not PERSONAL[name].issuperset(rule.classes):
            raise ConfigError(f"[trust.{name}] classes can only be of: {_listed(PERSONAL[name])}")


def _class_refusal(name: str, gate: GateKind, classes: Collection[KeyClass], signers: Collection[Signer]) -> str:
    found = ", ".join(f"{signer.keyid[:16]} ({signer.key_class})" for signer in signers)
    return f"at the {gate} gate, {name} counts from keys of class {_listed(classes)}; this is signed by {found}"


def _content_refusal(name: str, gate: GateKind, statement: Statement, signers: Collection[Signer]) -> str | None:
    """Return why what a statement says of itself does not fit its signer or the gate."""
    claimed = statement.predicate.get("person")
    if name == "approval" and claimed is not None and claimed not in {signer.person for signer in signers}:
        return "the approval claims another person than the one whose key signed it"
    shipping = gate not in {GateKind.COMMIT, GateKind.MERGE}
    if name == "decision" and shipping and statement.predicate.get("advisory") is not False:
        return f"the decision is advisory: it was made with a local key, and the {gate} gate takes no such decision"
    return None


def _listed(classes: Collection[KeyClass]) -> str:
    return " or ".join(sorted(classes)) or "no kind"
