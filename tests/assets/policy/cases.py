"""Changes, logs of statements and packs made by hand. Loaded by path from the tests of decisions."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assay.attest import TrustStore
from assay.attest.predicates import (
    approval_predicate,
    decision_predicate,
    findings_predicate,
    revocation_predicate,
    risk_predicate,
    waiver_predicate,
)
from assay.attest.statement import decode_statement
from assay.config.schema import Config, PersonConfig
from assay.errors import PackError
from assay.model.approval import Approval, Links, Producer, Revocation, Waiver, WaiverScope
from assay.model.decision import CheckpointRef, Decision
from assay.model.finding import Finding, Inspection, Place, RuleOutcome, Scanned, Span
from assay.model.outcome import Confidence, GateKind, KeyClass, Meaning, Outcome, Severity
from assay.model.risk import Risk, RiskModel
from assay.model.statement import (
    APPROVAL,
    DECISION,
    FINDINGS,
    REVOCATION,
    RISK,
    WAIVER,
    SignedStatement,
    Signer,
)
from assay.model.subject import Change, ChangedFile, ChangeStatus, Commit, FileMode, Identity, Subject
from assay.policy.evidence import Evidence
from assay.policy.sources import PackEntry

AT = "2024-06-01T12:00:00Z"
LATER = "2024-07-01T12:00:00Z"
EARLIER = "2024-05-01T12:00:00Z"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def oid(text: str) -> str:
    return digest(text)[:40]


PRODUCER = Producer(name="assay", version="0", config_digest=digest(""))
CONFIG = Config(
    digest=digest(""),
    people={
        "alice": PersonConfig(name="Alice Archer", emails=("alice@example.org", "alice@home.example")),
        "bob": PersonConfig(name="Bob Baker", emails=("bob@example.org",)),
        "carol": PersonConfig(name="Carol Cook", emails=("carol@example.org",)),
    },
    roles={"security": ("carol",)},
)
ALICE = Identity(name="Alice Archer", email="alice@example.org")
BOB = Identity(name="Bob Baker", email="bob@example.org")


def changed(path: str, status: ChangeStatus = ChangeStatus.MODIFIED, **members: Any) -> ChangedFile:
    known = {
        "path": path,
        "old_path": path,
        "status": status,
        "added": 1,
        "deleted": 0,
        "old_mode": FileMode.REGULAR,
        "new_mode": FileMode.REGULAR,
        "old_blob": oid(f"old {path}"),
        "new_blob": oid(path),
    }
    return ChangedFile(**(known | members))


def commit(author: Identity = ALICE, message: str = "fix(app): it", **members: Any) -> Commit:
    known = {
        "id": oid(f"{author.email} {message}"),
        "parents": (),
        "author": author,
        "committer": author,
        "authored_at": EARLIER,
        "committed_at": EARLIER,
        "message": message,
        "signed": False,
    }
    return Commit(**(known | members))


def change(*files: ChangedFile, commits: tuple[Commit, ...] = (commit(),)) -> Change:
    return Change(
        base_tree=oid("base"),
        head_tree=oid("head"),
        base_commit=oid("base commit"),
        head_commit=oid("head commit"),
        files=files or (changed("src/app.py"),),
        commits=commits,
    )


def finding(rule: str = "workflows/unpinned-action", path: str = "a.yml", **members: Any) -> Finding:
    known = {
        "rule": rule,
        "severity": Severity.HIGH,
        "confidence": Confidence.HIGH,
        "message": f"{rule} here",
        "place": Place(path=path, span=Span(start=0, end=1, line=7, column=1, end_line=7, end_column=2)),
        "fingerprint": digest(f"{rule} {path}"),
    }
    return Finding(**(known | members))


SECRET = finding("secrets/private-key", "id_rsa", severity=Severity.CRITICAL, tag="0123456789abcdef")


def outcome(rule: str, result: Outcome = Outcome.PASS, reason: str | None = None) -> RuleOutcome:
    return RuleOutcome(rule=rule, outcome=result, reason=reason)


def inspection(*findings: Finding, outcomes: Mapping[str, Outcome] | None = None, files: int = 1) -> Inspection:
    """What inspectors report; families `secrets` and `workflows` were looked at unless `outcomes` says more."""
    results = {"secrets/private-key": Outcome.PASS, "workflows/unpinned-action": Outcome.PASS}
    results |= {item.rule: Outcome.FAIL for item in findings}
    results |= outcomes or {}
    listed = tuple(
        outcome(rule, result, None if result.evaluated else "the tool crashed") for rule, result in results.items()
    )
    return Inspection(findings=findings, outcomes=listed, scanned=Scanned(files=files, bytes=1), skipped=())


@dataclass
class Log:
    """Statements about one change, in the order they were appended."""

    change: Change = field(default_factory=change)
    statements: list[SignedStatement] = field(default_factory=list)

    def add(
        self,
        predicate_type: str,
        predicate: Mapping[str, Any],
        key_class: KeyClass = KeyClass.CI,
        person: str | None = None,
        subject: Subject | None = None,
    ) -> SignedStatement:
        about = subject or self.change.subject
        members = {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": about.name, "digest": dict(about.digest)}],
            "predicateType": predicate_type,
            "predicate": predicate,
        }
        payload = json.dumps(members, sort_keys=True).encode()
        number = len(self.statements)
        signed = SignedStatement(
            statement=decode_statement(payload),
            signers=(Signer(keyid=digest(f"key {key_class} {person}"), key_class=key_class, person=person),),
            envelope=digest(f"{number} {payload.hex()}"),
            pae=digest(payload.hex()),
            index=number,
        )
        self.statements.append(signed)
        return signed

    def findings(
        self,
        *findings: Finding,
        producer: str = "assay",
        inspected: Inspection | None = None,
        at: str = AT,
        **where: Any,
    ) -> SignedStatement:
        predicate = findings_predicate(
            inspected or inspection(*findings), producer=replace(PRODUCER, name=producer), at=at, links=Links()
        )
        return self.add(FINDINGS, predicate, **where)

    def risk(self, score_ppm: int = 100_000, **where: Any) -> SignedStatement:
        risk = Risk(
            score_ppm=score_ppm,
            percentile=None,
            criticality="none",
            model=RiskModel(name="m", version="1", digest=digest("m")),
            contributions=(),
        )
        return self.add(RISK, risk_predicate(risk, producer=PRODUCER, at=AT, links=Links()), **where)

    def decision(self, decision: Decision, **where: Any) -> SignedStatement:
        return self.add(DECISION, decision_predicate(decision, producer=PRODUCER), **where)

    def approval(
        self,
        person: str,
        decision: SignedStatement,
        /,
        meaning: Meaning = Meaning.APPROVED,
        key_class: KeyClass = KeyClass.PERSON,
        subject: Subject | None = None,
        **members: Any,
    ) -> SignedStatement:
        known = {"at": AT, "decision": decision.envelope, "meaning": meaning, "name": person, "text_sha256": digest("")}
        approval = Approval(**(known | members))
        predicate = approval_predicate(approval, producer=PRODUCER)
        return self.add(APPROVAL, predicate, key_class, person, subject)

    def waiver(
        self, *findings: Finding, person: str = "bob", key_class: KeyClass = KeyClass.PERSON, **members: Any
    ) -> SignedStatement:
        scope = WaiverScope(
            fingerprints=tuple(item.fingerprint for item in findings),
            tags={item.fingerprint: item.tag for item in findings if item.tag},
        )
        known = {
            "at": AT,
            "scope": scope,
            "reason": "accepted",
            "ticket": "T-1",
            "requested_by": "alice",
            "until": LATER,
        }
        predicate = waiver_predicate(Waiver(**(known | members)), producer=PRODUCER)
        return self.add(WAIVER, predicate, key_class, person)

    def revocation(self, revoked: SignedStatement, key_class: KeyClass = KeyClass.PERSON) -> SignedStatement:
        revocation = Revocation(at=AT, envelope=revoked.envelope, pae=revoked.pae, reason="a mistake")
        return self.add(REVOCATION, revocation_predicate(revocation, producer=PRODUCER), key_class, "carol")

    def evidence(self, gate: GateKind = GateKind.MERGE, **members: Any) -> Evidence:
        """Everything in the log, trusted as the code of `assay.attest.trust` has it."""
        trust = TrustStore(keys={})
        known = {
            "gate": gate,
            "change": self.change,
            "statements": tuple(self.statements),
            "trust": {signed.envelope: trust.refusal(signed, gate) for signed in self.statements},
            "config": CONFIG,
            "checkpoint": CheckpointRef(origin="assay/test", size=len(self.statements), root=digest("root")),
            "signer": KeyClass.CI,
            "documents": (),
        }
        return Evidence(**(known | members))


def clean_log(*findings: Finding, change: Change | None = None) -> Log:
    """A log with findings and a low risk."""
    log = Log(change=change) if change else Log()
    log.findings(*findings)
    log.risk()
    return log


class MemorySource:
    """A tree of files in memory: a path to bytes, or to None for what is no regular file."""

    def __init__(self, files: Mapping[str, str | bytes | None]) -> None:
        self._files = {
            path: content.encode() if isinstance(content, str) else content for path, content in files.items()
        }

    def entries(self, folder: str) -> Iterator[PackEntry]:
        for path, content in self._files.items():
            if path.startswith(f"{folder}/"):
                size = None if content is None else len(content)
                yield PackEntry(path=path.removeprefix(f"{folder}/"), size=size, regular=content is not None)

    def read(self, folder: str, path: str, limit: int) -> bytes:
        content = self._files[f"{folder}/{path}"]
        if content is None or len(content) > limit:
            raise PackError(f"{folder}/{path}: expected at most {limit:,} bytes")
        return content


MANIFEST = """\
id = "ours"
[[rules]]
id = "ours/big"
title = "Nothing big"
"""
REGO = """\
package ours

import rego.v1

deny contains {"rule": "ours/big", "message": "too big", "path": file.path} if {
	some file in input.change.files
	file.added > 100
}
"""


def pack_files(rego: str = REGO, manifest: str = MANIFEST, folder: str = "assay/policy/ours") -> MemorySource:
    return MemorySource({f"{folder}/pack.toml": manifest, f"{folder}/rules.rego": rego})
