"""Hearing the evidence: which statements about a change there are, and which of them count at a gate.

Trusted: the target's keys and rules. Not trusted: every statement. If lost: evidence nobody gave counts. A decision
that was signed on another machine counts only where a person's believed approval names it by digest: what that person
saw is then bound by their own signature, whoever made it. At gates that ship, a decision counts by its signer alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from assay.attest import TrustStore, envelope_digest, verify_envelope
from assay.attest.dsse import decode_envelope, pae
from assay.attest.predicates import read_approval
from assay.attest.statement import decode_statement
from assay.errors import AttestError
from assay.model.outcome import GateKind
from assay.model.statement import APPROVAL, DECISION, SignedStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Statements in the order given, and for each envelope why it does not count at the gate (None: it does)."""

    statements: tuple[SignedStatement, ...]
    trust: Mapping[str, str | None]
    unreadable: tuple[str, ...] = ()
    """What could not be verified and is no decision that a person vouched for, in words."""


def hear(
    envelopes: Iterable[tuple[int | None, bytes]],
    *,
    trust: TrustStore,
    gate: GateKind,
    collected: Collection[str] = (),
) -> Heard:
    """Verify `envelopes` (index in the log, bytes) and say which count at `gate`; see `TrustStore.refusal`."""
    verified: dict[str, SignedStatement] = {}
    doubtful: dict[str, tuple[int | None, bytes, AttestError]] = {}
    order: list[str] = []
    for index, data in envelopes:
        name = envelope_digest(data)
        order.append(name)
        try:
            verified[name] = replace(verify_envelope(data, trust), index=index)
        except AttestError as error:
            doubtful[name] = (index, data, error)
    # Another run of the same second may have signed the very same statement: it says no more and no less than ours.
    own = {signed.pae for name, signed in verified.items() if name in collected}
    ours = {name for name, signed in verified.items() if signed.pae in own}
    answers = {name: trust.refusal(signed, gate, collected=ours) for name, signed in verified.items()}
    counted = (signed for name, signed in verified.items() if answers[name] is None)
    vouched = vouched_decisions(counted) if gate in {GateKind.COMMIT, GateKind.MERGE} else frozenset()
    unreadable = []
    for name, (index, data, failure) in doubtful.items():
        decision = unsigned_decision(data) if name in vouched else None
        if decision is None:
            unreadable.append(f"{name[:12]}: {failure.message}")
            continue
        verified[name], answers[name] = replace(decision, index=index), None
    names = dict.fromkeys(order)
    statements = tuple(verified[name] for name in names if name in verified)
    return Heard(statements=statements, trust=answers, unreadable=tuple(unreadable))


def vouched_decisions(statements: Iterable[SignedStatement]) -> frozenset[str]:
    """Return the digests of the decisions that believed approvals name."""
    approvals = (signed.statement for signed in statements if signed.statement.predicate_type == APPROVAL)
    return frozenset(read_approval(statement).decision for statement in approvals)


def unsigned_decision(data: bytes) -> SignedStatement | None:
    """Return the decision in an envelope without asking who signed it; None where it holds something else."""
    try:
        envelope = decode_envelope(data)
        statement = decode_statement(envelope.payload)
    except AttestError:
        return None
    if statement.predicate_type != DECISION:
        return None
    signed_bytes = sha256(pae(envelope.payload_type, envelope.payload)).hexdigest()
    return SignedStatement(statement=statement, signers=(), envelope=envelope_digest(data), pae=signed_bytes)


def admit(envelopes: Sequence[bytes], trust: TrustStore) -> tuple[list[tuple[bytes, SignedStatement]], list[str]]:
    """Return which envelopes from outside may enter the log, and why the others may not.

    What verifies may enter, and so may a decision that a person's approval among it names; whether any of it counts is
    asked again at each gate.
    """
    heard = hear(((None, data) for data in envelopes), trust=trust, gate=GateKind.COMMIT)
    by_name = {envelope_digest(data): data for data in envelopes}
    admitted = [(by_name[signed.envelope], signed) for signed in heard.statements]
    return admitted, list(heard.unreadable)
