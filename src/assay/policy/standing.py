"""Which statements stand: about this change, believed, the latest of their kind, neither revoked nor expired.

Trusted: the verification of envelopes and the answers about trust. Not trusted: what statements claim, and the order
they come in; a time only says which of its statements a producer made last. If lost: evidence of another change, or
approval nobody gave, would count here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from assay.attest.predicates import (
    read_approval,
    read_decision,
    read_findings,
    read_producer,
    read_revocation,
    read_risk,
    read_waiver,
)
from assay.model import statement as types
from assay.model.approval import Approval, Waiver
from assay.model.decision import Decision
from assay.model.finding import Inspection
from assay.model.outcome import KeyClass
from assay.model.risk import Risk
from assay.model.statement import SignedStatement, Statement
from assay.policy.evidence import Evidence
from assay.policy.input import plain

# All of these count; of any other evidence, what a producer said last.
KEPT_ALL = frozenset({types.APPROVAL, types.WAIVER, types.REVOCATION, types.DECISION})


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedApproval:
    """An approval, who signed it, and whether it stands."""

    approval: Approval
    envelope: str
    person: str
    """The id under `[people]`; where nobody there signed, what the key or the statement says."""
    refused: str | None
    """Why it does not stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWaiver:
    """A waiver that stands, and who signed it."""

    waiver: Waiver
    envelope: str
    person: str


@dataclass(slots=True, kw_only=True)
class Standing:
    """The evidence that stands, taken apart."""

    inspections: list[Inspection] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)
    approvals: list[SignedApproval] = field(default_factory=list)
    """All of them, refused ones too: people ask why theirs did not count."""
    waivers: list[SignedWaiver] = field(default_factory=list)
    decisions: dict[str, Decision] = field(default_factory=dict)
    """By envelope."""
    others: dict[str, list[Any]] = field(default_factory=dict)
    """Predicate type to predicates."""
    read: list[str] = field(default_factory=list)
    """Envelopes of all that was read, in the order of the log."""
    refused: dict[str, str] = field(default_factory=dict)
    """Envelopes of what does not count, and why."""


def find_standing(evidence: Evidence, at: str) -> Standing:
    """Return what stands at the time `at` (RFC 3339, UTC, whole seconds)."""
    census = _Census(evidence, at)
    statements = _first_of_each(evidence.statements)
    refusals = {signed.envelope: census.refusal(signed) for signed in statements}
    replaced = census.replaced(signed for signed in statements if refusals[signed.envelope] is None)
    found = Standing()
    for signed in statements:
        refused = refusals[signed.envelope]
        if refused is not None:
            found.refused[signed.envelope] = refused
        if signed.statement.predicate_type == types.APPROVAL:
            found.approvals.append(_approval(signed, census.person(signed), refused))
            found.read.append(signed.envelope)
        elif refused is None and signed.envelope not in replaced:
            _take(found, signed, census.person(signed))
            found.read.append(signed.envelope)
    return found


def _first_of_each(statements: Iterable[SignedStatement]) -> list[SignedStatement]:
    """Return each envelope where it stood first."""
    first: dict[str, SignedStatement] = {}
    for signed in statements:
        first.setdefault(signed.envelope, signed)
    return list(first.values())


def _take(found: Standing, signed: SignedStatement, person: str | None) -> None:
    statement = signed.statement
    match statement.predicate_type:
        case types.FINDINGS:
            found.inspections.append(read_findings(statement))
        case types.RISK:
            found.risks.append(read_risk(statement))
        case types.DECISION:
            found.decisions[signed.envelope] = read_decision(statement)
        case types.WAIVER:
            waiver = SignedWaiver(waiver=read_waiver(statement), envelope=signed.envelope, person=str(person))
            found.waivers.append(waiver)
        case types.REVOCATION:
            # It has done its work: `_Census.refusal`.
            pass
        case other:
            found.others.setdefault(other, []).append(plain(statement.predicate))


def _approval(signed: SignedStatement, person: str | None, refused: str | None) -> SignedApproval:
    approval = read_approval(signed.statement)
    (signer, *_) = signed.signers
    named = person or signer.person or approval.person or signer.keyid[:16]
    return SignedApproval(approval=approval, envelope=signed.envelope, person=named, refused=refused)


class _Census:
    """Asks of each statement whether it counts."""

    def __init__(self, evidence: Evidence, at: str) -> None:
        self._evidence = evidence
        self._at = at
        self._subjects = evidence.subjects
        self._commits = frozenset(commit.id for commit in evidence.change.commits)
        self._revocations = [
            read_revocation(signed.statement)
            for signed in evidence.statements
            if signed.statement.predicate_type == types.REVOCATION and self._disbelief(signed) is None
        ]

    def refusal(self, signed: SignedStatement) -> str | None:
        """Return why a statement does not count, or None."""
        statement = signed.statement
        if (disbelief := self._disbelief(signed)) is not None:
            return disbelief
        if statement.predicate_type != types.REVOCATION and self._subject(statement) is None:
            return "it is about another change"
        if statement.predicate_type not in {types.APPROVAL, types.WAIVER}:
            return None
        if self.person(signed) is None:
            return "it is not signed with the personal key of anybody under [people]"
        if (revocation := next((item for item in self._revocations if item.revokes(signed)), None)) is not None:
            return f"it was revoked at {revocation.at}: {revocation.reason}"
        until = statement.predicate.get("until")
        # Whole seconds in UTC: the order of the texts is the order of the times.
        return f"it expired at {until}" if until is not None and until <= self._at else None

    def replaced(self, standing: Iterable[SignedStatement]) -> set[str]:
        """Return the envelopes that a later one of the same producer on the same subject replaces.

        Who brings evidence chooses its order in the log, so what a signer said first does not become the latest by
        being appended last, or again in another envelope. Only what stands is compared: anybody can sign the words of
        another, and that must not silence them.
        """
        latest: dict[tuple[str, str, str | None], str] = {}
        replaced = set()
        for signed in sorted(standing, key=self._time):
            statement = signed.statement
            if statement.predicate_type not in KEPT_ALL:
                key = (statement.predicate_type, _producer(signed), self._subject(statement))
                if key in latest:
                    replaced.add(latest[key])
                latest[key] = signed.envelope
        return replaced

    def _time(self, signed: SignedStatement) -> str:
        """Return when a statement was made, as it says, but never later than now: of equal times, the log decides."""
        at = signed.statement.predicate.get("at")
        return min(at, self._at) if isinstance(at, str) else ""

    def person(self, signed: SignedStatement) -> str | None:
        """Return whose personal key signed a statement."""
        for signer in signed.signers:
            if signer.key_class is KeyClass.PERSON and signer.person in self._evidence.config.people:
                return signer.person
        return None

    def _disbelief(self, signed: SignedStatement) -> str | None:
        return self._evidence.trust.get(signed.envelope, "nobody said whether its signer is believed")

    def _subject(self, statement: Statement) -> str | None:
        """Return the digest by which a statement is about this change or, for findings, about a commit of it."""
        for subject in statement.subjects:
            if subject.sha256 in self._subjects:
                return subject.sha256
            commit = subject.digest.get("gitCommit")
            if statement.predicate_type == types.FINDINGS and commit in self._commits:
                return commit
        return None


def _producer(signed: SignedStatement) -> str:
    """Return who repeats a statement: the producer it names or, where its type names none, its signers."""
    if signed.statement.predicate_type in {types.FINDINGS, types.RISK}:
        return read_producer(signed.statement).name
    return " ".join(signer.keyid for signer in signed.signers)
