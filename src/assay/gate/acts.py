"""What people do about a decision: approve it, or waive findings of it, with their own key and in their own name.

Trusted: the passphrase's holder. Not trusted: a key that the target does not name as this person's: what it signs is
refused before it is recorded, because it would never count. If lost: an approval in somebody's name, until their key is
taken out of `[people]`.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from assay.attest import TrustStore, sign_statement, verify_envelope
from assay.attest.keystore import load_person_key
from assay.attest.predicates import approval_predicate, read_decision, read_findings, waiver_predicate
from assay.errors import UsageError, VerificationError
from assay.gate.clock import in_utc, parse_utc
from assay.gate.keys import person_keys_folder
from assay.gate.outgoing import write_whole
from assay.gate.producer import producer
from assay.gate.record import Record, Recorded, RecordReader, Stored
from assay.gate.scope import whole_scope
from assay.gate.target import Target, target_at, trust_of
from assay.git import Repository
from assay.inspectors.secrets.redact import redact
from assay.model.approval import Approval, Waiver, WaiverScope
from assay.model.decision import Decision
from assay.model.finding import Finding
from assay.model.outcome import Meaning
from assay.model.statement import APPROVAL, DECISION, FINDINGS, WAIVER, Statement
from assay.model.subject import Subject

# Waivers are for getting past a finding, not for living with it; a quarter is what reviews run on.
MAX_WAIVER_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A statement in a person's name, complete but for the signature, and the text they are shown before they sign."""

    statement: Statement
    text: str
    person: str
    trust: TrustStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A decision that people act on, with the policy it was made under."""

    stored: Stored
    subject: Subject
    decision: Decision
    target: Target


def judged(repository: Repository, record: RecordReader, reference: str) -> Judged:
    """Return the decision that `reference` names. Raises `UsageError` where it names none."""
    stored = record.find(reference, DECISION)
    statement = stored.statement()
    decision = read_decision(statement)
    target = target_at(repository, decision.policy.ref, decision.policy.commit)
    return Judged(stored=stored, subject=statement.subjects[0], decision=decision, target=target)


def draft_approval(
    on: Judged, *, meaning: Meaning, person: str | None, at: str, own: EllipticCurvePublicKey | None = None
) -> Draft:
    """Return the approval of a decision, with the text that says what is signed (21 CFR 11.50).

    `own` is the public key of this clone, so that the text can say of the clone's decisions that they are.
    """
    who = _person(on.target, person)
    name = on.target.config.people[who].name
    text = _approval_text(on, meaning=meaning, who=f"{name} ({who})", made_by=_maker(on, own), at=at)
    approval = Approval(
        at=at,
        decision=on.stored.envelope,
        meaning=meaning,
        name=name,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        person=who,
    )
    predicate = approval_predicate(approval, producer=producer(on.target.config))
    return _draft(on, APPROVAL, predicate, text, who)


def draft_waiver(
    on: Judged,
    record: RecordReader,
    *,
    scope: WaiverScope,
    reason: str,
    ticket: str,
    days: int,
    person: str | None,
    at: str,
) -> Draft:
    """Return the waiver of findings for `days` days. Raises `UsageError` for what no waiver may say."""
    if not 1 <= days <= MAX_WAIVER_DAYS:
        raise UsageError(f"a waiver holds for 1 to {MAX_WAIVER_DAYS} days, not {days}")
    for what, text in (("reason", reason), ("ticket", ticket)):
        if not text.strip():
            raise UsageError(f"a waiver has a {what}")
        if redact(text) != text:
            raise UsageError(f"the {what} holds a secret; it would stand in the record for ever")
    who = _person(on.target, person)
    waiver = Waiver(
        at=at,
        scope=whole_scope(scope, _findings(on, record), {item.rule for item in on.decision.outcomes}),
        reason=reason,
        ticket=ticket,
        requested_by=who,
        until=in_utc(parse_utc(at) + timedelta(days=days)),
    )
    predicate = waiver_predicate(waiver, producer=producer(on.target.config))
    return _draft(on, WAIVER, predicate, f"{who} waives until {waiver.until}: {reason} ({ticket})", who)


def sign_draft(record: Record, draft: Draft, passphrase: bytes, *, output: Path | None = None) -> Recorded:
    """Sign a draft with the person's key, and record it; also write it to `output` where that is given.

    Raises `KeyFileError` (no key, wrong passphrase) and `VerificationError` where the target does not believe the key.
    """
    key = load_person_key(person_key_path(draft.person), passphrase)
    data = sign_statement(draft.statement, [key])
    recorded = record.append([(data, verify_envelope(data, draft.trust))])[0]
    if output is not None:
        write_whole(output, data, hint=f"the statement is recorded all the same: assay ledger show {recorded.index}")
    return recorded


def person_key_path(person: str) -> Path:
    """Return where a person's key lies on this machine."""
    return person_keys_folder() / f"{person}.key"


def _draft(on: Judged, predicate_type: str, predicate: dict[str, object], text: str, who: str) -> Draft:
    statement = Statement(subjects=(on.subject,), predicate_type=predicate_type, predicate=predicate)
    return Draft(statement=statement, text=text, person=who, trust=trust_of(on.target))


def _person(target: Target, named: str | None) -> str:
    """Return whose key signs: the person named, else the only one whose key is on this machine."""
    present = sorted(path.stem for path in person_keys_folder().glob("*.key"))
    if named is None and len(present) != 1:
        found = f"found {', '.join(present)}" if present else "found none"
        raise UsageError(f"whose key signs? {found}", hint="name one with --person, or make one: assay key generate ID")
    who = named or present[0]
    if who not in target.config.people:
        raise UsageError(
            f"{who} is not under [people] of assay.toml at {target.ref}, so the signature would not count",
            hint=f"commit [people.{who}] and assay/keys/{who}.pub to the target branch first",
        )
    return who


def _maker(on: Judged, own: EllipticCurvePublicKey | None) -> str:
    """Return who signed the decision: others can make one, and send it."""
    try:
        signers = verify_envelope(on.stored.data, trust_of(on.target, own)).signers
    except VerificationError:
        return "a key that nobody here knows"
    return ", ".join(f"key {signer.keyid[:16]} ({signer.person or signer.key_class})" for signer in signers)


def _approval_text(on: Judged, *, meaning: Meaning, who: str, made_by: str, at: str) -> str:
    decision = on.decision
    asked = [f"  {item.rule}: {item.message}" for item in decision.requires] or ["  nothing"]
    lines = [
        f"{who} signs with the meaning: {meaning}",
        f"change     {on.subject.sha256}",
        f"head tree  {on.subject.digest.get('gitTree', 'unknown')}",
        f"commits    {', '.join(commit[:12] for commit in decision.commits) or 'none'}",
        f"decision   {on.stored.envelope}",
        f"           {decision.verdict} at the {decision.gate} gate, {decision.at}, made by {made_by}",
        "asked for",
        *asked,
        f"time       {at}",
    ]
    return "\n".join(lines)


def _findings(on: Judged, record: RecordReader) -> list[Finding]:
    """Return the findings that the decision read."""
    statements = [record.find(envelope).statement() for envelope in on.decision.evidence]
    return [
        finding
        for statement in statements
        if statement.predicate_type == FINDINGS
        for finding in read_findings(statement).findings
    ]
