"""Signatures used where, when or by whom they were not meant."""

from dataclasses import replace

import pytest

from assay.config.schema import TrustConfig
from assay.model.outcome import GateKind, KeyClass, Verdict
from assay.model.subject import Identity, change_subject


@pytest.fixture
def waiting(cases, judge):
    """A log whose change waits for one approval, and the decision that says so."""
    log = cases.clean_log(cases.finding())
    return log, log.decision(judge(log).decision)


def refused(decided):
    return [approval.reason for item in decided.decision.requires for approval in item.given if not approval.counted]


def test_an_approval_of_another_change_is_copied_here(cases, judge, waiting):
    log, decision = waiting
    other = change_subject(cases.oid("base"), cases.oid("another head"))
    log.approval("bob", decision, subject=other)
    decided = judge(log)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert refused(decided) == ["it is about another change"]


def test_an_approval_here_cites_a_decision_on_another_change(cases, judge):
    other = cases.Log(change=replace(cases.change(), head_tree=cases.oid("another head")))
    other.findings(cases.finding())
    other.risk()
    decision = other.decision(judge(other).decision)
    log = cases.clean_log(cases.finding())
    log.statements.append(decision)
    log.approval("bob", decision)
    decided = judge(log)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert refused(decided) == ["the decision it cites is not among the evidence on this change"]


@pytest.mark.parametrize(
    "author",
    [
        Identity(name="A.", email="alice@home.example"),
        Identity(name="Alice  ARCHER", email="throwaway@example.net"),
        Identity(name="Somebody", email="ALICE@EXAMPLE.ORG"),
    ],
)
def test_an_author_approves_under_another_address(cases, judge, author):
    log = cases.clean_log(cases.finding(), change=cases.change(commits=(cases.commit(author),)))
    log.approval("alice", log.decision(judge(log).decision))
    decided = judge(log)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert refused(decided) == ["whoever wrote the change does not approve it"]


@pytest.mark.parametrize("key_class", [KeyClass.LOCAL, KeyClass.CI, KeyClass.SERVER])
def test_a_machine_poses_as_a_person(cases, judge, waiting, key_class):
    log, decision = waiting
    log.approval("bob", decision, key_class=key_class)
    assert judge(log).decision.verdict is Verdict.NEEDS_APPROVAL
    log.waiver(cases.finding(), person="bob", key_class=key_class)
    assert judge(log).decision.verdict is Verdict.NEEDS_APPROVAL


def test_a_machine_poses_as_a_person_where_trust_was_answered_wrongly(cases, judge, waiting):
    log, decision = waiting
    log.approval("bob", decision, key_class=KeyClass.LOCAL)
    log.waiver(cases.finding(), person="bob", key_class=KeyClass.LOCAL)
    fooled = {signed.envelope: None for signed in log.statements}
    assert judge(log, trust=fooled).decision.verdict is Verdict.NEEDS_APPROVAL


def test_a_local_key_reports_for_a_merge(cases, judge):
    log = cases.Log()
    log.findings(key_class=KeyClass.LOCAL)
    log.risk(key_class=KeyClass.LOCAL)
    assert judge(log).decision.incomplete
    assert (
        judge(log, gate=GateKind.COMMIT, trust={item.envelope: None for item in log.statements}).decision.exit_code == 0
    )


def test_a_clean_report_is_played_after_a_bad_one(cases, judge):
    log = cases.clean_log(cases.SECRET)
    log.findings(key_class=KeyClass.LOCAL)
    assert judge(log).decision.verdict is Verdict.DENY


def test_what_ended_is_used_again(cases, judge, waiting):
    log, decision = waiting
    log.approval("bob", decision, until=cases.AT)
    log.waiver(cases.finding(), until=cases.AT)
    decided = judge(log)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert refused(decided) == [f"it expired at {cases.AT}"]


def test_what_was_revoked_is_used_again_in_another_envelope(cases, judge, waiting):
    log, decision = waiting
    for signed in (log.approval("bob", decision), log.waiver(cases.finding())):
        log.statements.append(replace(signed, envelope=cases.digest(signed.envelope), index=len(log.statements)))
        log.revocation(signed)
    assert judge(log).decision.verdict is Verdict.NEEDS_APPROVAL


def test_a_waiver_is_moved_to_another_secret_at_the_same_place(cases, judge):
    log = cases.clean_log(replace(cases.SECRET, tag="f" * 16))
    log.waiver(cases.SECRET)
    assert judge(log).decision.verdict is Verdict.DENY


def test_one_person_poses_as_two(cases, judge, waiting, load):
    rego = (
        'package ours\n\nimport rego.v1\n\nrequire contains {"rule": "ours/big", "message": "m", "count": 2} if true\n'
    )
    policy = load(cases.pack_files(rego), "assay/policy/ours")
    log = cases.clean_log()
    decision = log.decision(judge(log, with_policy=policy).decision)
    for name in ("Bob", "Robert", "B. Baker"):
        log.approval("bob", decision, name=name)
    assert judge(log, with_policy=policy).decision.verdict is Verdict.NEEDS_APPROVAL


def test_a_quorum_the_configuration_asks_for_is_held(cases, judge, waiting):
    from assay.attest import TrustStore

    log, decision = waiting
    log.approval("bob", decision)
    strict = TrustStore(keys={}, rules={"approval": TrustConfig(classes=(KeyClass.PERSON,), quorum=2)})
    trust = {signed.envelope: strict.refusal(signed, GateKind.MERGE) for signed in log.statements}
    assert judge(log, trust=trust).decision.verdict is Verdict.NEEDS_APPROVAL
