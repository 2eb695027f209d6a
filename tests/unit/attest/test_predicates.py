"""Every noun comes back from its predicate as it went in, through canonical bytes and its schema."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.attest.predicates import (
    approval_predicate,
    decision_predicate,
    findings_predicate,
    read_approval,
    read_decision,
    read_findings,
    read_links,
    read_producer,
    read_revocation,
    read_risk,
    read_time,
    read_waiver,
    revocation_predicate,
    risk_predicate,
    waiver_predicate,
)
from assay.attest.statement import decode_statement, encode_statement
from assay.errors import AttestError
from assay.model.approval import Approval, Links, Producer, Revocation, Waiver, WaiverScope
from assay.model.decision import CheckpointRef, Decision, GivenApproval, PolicyRef, Reason, Requirement
from assay.model.finding import Edit, Finding, Fix, Inspection, Place, RuleOutcome, Scanned, Skipped, Span
from assay.model.outcome import Confidence, GateKind, Meaning, Outcome, Severity, Verdict
from assay.model.risk import Contribution, Risk, RiskModel
from assay.model.statement import APPROVAL, DECISION, FINDINGS, REVOCATION, RISK, WAIVER, Statement
from assay.model.subject import change_subject

SUBJECTS = (change_subject("a" * 40, "b" * 40),)

hex16 = st.text("0123456789abcdef", min_size=16, max_size=16)
sha256 = st.text("0123456789abcdef", min_size=64, max_size=64)
object_ids = sha256 | st.text("0123456789abcdef", min_size=40, max_size=40)
times = st.datetimes().map(lambda time: time.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"))
words = st.text(min_size=1, max_size=12)
texts = st.text(max_size=12)
offsets = st.integers(0, 2**53 - 1)
lines = st.integers(1, 2**53 - 1)
numbers = st.integers(-(2**53) + 1, 2**53 - 1)


def tuples(items, **bounds):
    return st.lists(items, max_size=3, **bounds).map(tuple)


producers = st.builds(Producer, name=words, version=words, config_digest=sha256)
links = st.builds(Links, commits=tuples(object_ids), pr=st.none() | words)
outcomes = st.builds(RuleOutcome, rule=words, outcome=st.sampled_from(Outcome), reason=st.none() | texts)
spans = st.builds(Span, start=offsets, end=offsets, line=lines, column=lines, end_line=lines, end_column=lines)
places = st.builds(Place, path=texts, span=st.none() | spans, commit=st.none() | object_ids)
edits = st.builds(Edit, start=offsets, end=offsets, replacement=texts)
fixes = st.builds(Fix, description=texts, safe=st.booleans(), edits=tuples(edits))
findings = st.builds(
    Finding,
    rule=words,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    message=texts,
    place=places,
    fingerprint=sha256,
    tag=st.none() | hex16,
    fix=st.none() | fixes,
    controls=tuples(words),
)
inspections = st.builds(
    Inspection,
    findings=tuples(findings),
    outcomes=tuples(outcomes),
    scanned=st.builds(Scanned, files=offsets, bytes=offsets),
    skipped=tuples(st.builds(Skipped, path=texts, reason=texts)),
)
risks = st.builds(
    Risk,
    score_ppm=st.integers(0, 1_000_000),
    percentile=st.none() | st.integers(0, 100),
    criticality=st.sampled_from(["none", "low", "medium", "high"]),
    model=st.builds(RiskModel, name=words, version=words, digest=sha256),
    contributions=tuples(st.builds(Contribution, feature=words, value=numbers, ppm=numbers, sentence=texts)),
)
approvals = st.builds(
    Approval,
    at=times,
    decision=sha256,
    meaning=st.sampled_from(Meaning),
    name=words,
    text_sha256=sha256,
    person=st.none() | words,
    until=st.none() | times,
)
scopes = st.builds(
    WaiverScope,
    fingerprints=tuples(sha256, min_size=1, unique=True),
    tags=st.dictionaries(sha256, hex16, max_size=2),
) | st.builds(WaiverScope, rule=words, paths=tuples(words, min_size=1, unique=True))
waivers = st.builds(Waiver, at=times, scope=scopes, reason=words, ticket=words, requested_by=words, until=times)
revocations = st.builds(Revocation, at=times, envelope=sha256, pae=sha256, reason=words)
reasons = st.builds(
    Reason,
    effect=st.sampled_from(["deny", "require", "warn", "waived", "incomplete"]),
    rule=words,
    message=texts,
    path=st.none() | texts,
    fingerprints=tuples(sha256),
    waiver=st.none() | sha256,
)
given_approvals = st.builds(
    GivenApproval,
    person=words,
    name=words,
    meaning=st.sampled_from(Meaning),
    at=times,
    envelope=sha256,
    counted=st.booleans(),
    reason=st.none() | texts,
)
requirements = st.builds(
    Requirement,
    rule=words,
    message=texts,
    role=st.none() | words,
    count=lines,
    meaning=st.sampled_from(Meaning),
    given=tuples(given_approvals),
)
decisions = st.builds(
    Decision,
    gate=st.sampled_from(GateKind),
    verdict=st.sampled_from(Verdict),
    reasons=tuples(reasons),
    requires=tuples(requirements),
    outcomes=tuples(outcomes),
    strategy=words,
    policy=st.builds(
        PolicyRef, ref=words, commit=st.none() | object_ids, digests=st.dictionaries(texts, sha256, max_size=2)
    ),
    engine=words,
    evidence=tuples(sha256),
    checkpoint=st.builds(CheckpointRef, origin=words, size=offsets, root=sha256),
    at=times,
    advisory=st.booleans(),
    incomplete=st.booleans(),
    input=sha256,
    commits=tuples(object_ids),
)


def travelled(predicate_type: str, predicate: dict) -> Statement:
    return decode_statement(
        encode_statement(Statement(subjects=SUBJECTS, predicate_type=predicate_type, predicate=predicate))
    )


class TestRoundTrip:
    @given(inspections, producers, times, links)
    @settings(max_examples=50)
    def test_findings(self, inspection, producer, at, linked):
        predicate = findings_predicate(inspection, producer=producer, at=at, links=linked)
        found = travelled(FINDINGS, predicate)
        assert read_findings(found) == inspection
        assert (read_producer(found), read_time(found), read_links(found)) == (producer, at, linked)

    @given(risks, producers, times, links)
    @settings(max_examples=50)
    def test_risk(self, risk, producer, at, linked):
        found = travelled(RISK, risk_predicate(risk, producer=producer, at=at, links=linked))
        assert read_risk(found) == risk
        assert (read_producer(found), read_time(found), read_links(found)) == (producer, at, linked)

    @given(decisions, producers)
    @settings(max_examples=50)
    def test_decision(self, decision, producer):
        found = travelled(DECISION, decision_predicate(decision, producer=producer))
        assert read_decision(found) == decision
        assert (read_producer(found), read_time(found)) == (producer, decision.at)

    @given(approvals, producers)
    def test_approval(self, approval, producer):
        found = travelled(APPROVAL, approval_predicate(approval, producer=producer))
        assert (read_approval(found), read_producer(found)) == (approval, producer)

    @given(waivers, producers)
    def test_waiver(self, waiver, producer):
        found = travelled(WAIVER, waiver_predicate(waiver, producer=producer))
        assert (read_waiver(found), read_producer(found)) == (waiver, producer)

    @given(revocations, producers)
    def test_revocation(self, revocation, producer):
        found = travelled(REVOCATION, revocation_predicate(revocation, producer=producer))
        assert (read_revocation(found), read_producer(found)) == (revocation, producer)


class TestWaiverScope:
    @pytest.mark.parametrize(
        "scope",
        [
            WaiverScope(),
            WaiverScope(rule="secrets/token"),
            WaiverScope(paths=("docs/**",)),
            WaiverScope(tags={"a" * 64: "b" * 16}),
            WaiverScope(fingerprints=("a" * 64,), rule="secrets/token", paths=("docs/**",)),
            WaiverScope(fingerprints=("a" * 64,), paths=("docs/**",)),
            WaiverScope(fingerprints=("a" * 64,), rule="secrets/token"),
            WaiverScope(fingerprints=("a" * 64, "a" * 64)),
            WaiverScope(tags={"a" * 64: "b" * 16}, rule="secrets/token", paths=("docs/**",)),
        ],
        ids=range(9),
    )
    def test_is_fingerprints_or_a_rule_under_paths_and_nothing_between(self, scope):
        at = "2026-01-02T03:04:05Z"
        waiver = Waiver(at=at, scope=scope, reason="r", ticket="t", requested_by="ann", until=at)
        producer = Producer(name="assay", version="1", config_digest="c" * 64)
        with pytest.raises(AttestError, match=r"at `predicate\.scope"):
            travelled(WAIVER, waiver_predicate(waiver, producer=producer))


class TestReaders:
    @pytest.mark.parametrize(
        "read", [read_findings, read_risk, read_decision, read_approval, read_waiver, read_revocation]
    )
    def test_take_their_own_type_only(self, read):
        other = Statement(subjects=SUBJECTS, predicate_type="https://example.com/note/v1", predicate={})
        with pytest.raises(AttestError, match=r"expected a statement of type urn:assay:[a-z]+:v1, found https"):
            read(other)

    @pytest.mark.parametrize("read", [read_producer, read_links, read_time])
    def test_of_one_member_miss_it_aloud(self, read):
        other = Statement(subjects=SUBJECTS, predicate_type="https://example.com/note/v1", predicate={})
        with pytest.raises(AttestError, match="has no `"):
            read(other)
