"""Who can let a change through, and when a signature no longer does."""

from dataclasses import replace

import pytest

from assay.model.outcome import KeyClass, Meaning, Verdict

ROLE_PACK = """\
package ours

import rego.v1

require contains {
	"rule": "ours/big",
	"message": "security must look",
	"role": "security",
	"count": 1,
	"meaning": "reviewed",
} if true
"""


@pytest.fixture
def waiting(cases, judge):
    """A log whose change waits for one approval, and the decision that says so."""
    log = cases.clean_log(cases.finding())
    return log, log.decision(judge(log).decision)


def given(decided):
    (requirement,) = decided.decision.requires
    return {approval.person: approval.reason for approval in requirement.given}


def test_an_approval_of_somebody_else_allows(cases, judge, waiting):
    log, decision = waiting
    log.approval("bob", decision)
    decided = judge(log)
    assert decided.decision.verdict is Verdict.ALLOW
    assert given(decided) == {"bob": None}
    assert [item.outcome for item in decided.decision.outcomes if item.rule == "change-control/serious-finding"] == [
        "pass"
    ]


def test_the_author_does_not_approve(cases, judge, waiting):
    log, decision = waiting
    log.approval("alice", decision)
    decided = judge(log)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert given(decided) == {"alice": "whoever wrote the change does not approve it"}


def test_neither_does_a_coauthor(cases, judge):
    commit = cases.commit(trailers=(("Co-authored-by", "Bob <BOB@example.org>"),))
    log = cases.clean_log(cases.finding(), change=cases.change(commits=(commit,)))
    log.approval("bob", log.decision(judge(log).decision))
    assert given(judge(log)) == {"bob": "whoever wrote the change does not approve it"}


def test_the_committer_alone_may(cases, judge):
    commit = cases.commit(committer=cases.BOB)
    log = cases.clean_log(cases.finding(), change=cases.change(commits=(commit,)))
    log.approval("bob", log.decision(judge(log).decision))
    assert judge(log).decision.verdict is Verdict.ALLOW


@pytest.mark.parametrize("meaning", [Meaning.REVIEWED, Meaning.AUTHORED, Meaning.RESPONSIBLE])
def test_another_meaning_does_not_count(cases, judge, waiting, meaning):
    log, decision = waiting
    log.approval("bob", decision, meaning)
    assert given(judge(log)) == {"bob": f"it says {meaning}, and approved is asked for"}


def test_a_role_is_held_by_who_is_listed_there(cases, judge, load):
    policy = load(cases.pack_files(ROLE_PACK), "assay/policy/ours")
    log = cases.clean_log()
    decision = log.decision(judge(log, with_policy=policy).decision)
    log.approval("bob", decision, Meaning.REVIEWED)
    decided = judge(log, with_policy=policy)
    assert given(decided) == {"bob": "the role security is asked for"}
    log.approval("carol", decision, Meaning.REVIEWED)
    assert judge(log, with_policy=policy).decision.verdict is Verdict.ALLOW


def test_one_person_counts_once(cases, judge, load):
    two = ROLE_PACK.replace('"role": "security"', '"role": null').replace('"count": 1', '"count": 2')
    policy = load(cases.pack_files(two), "assay/policy/ours")
    log = cases.clean_log()
    decision = log.decision(judge(log, with_policy=policy).decision)
    log.approval("bob", decision, Meaning.REVIEWED)
    log.approval("bob", decision, Meaning.REVIEWED, name="B. Baker")
    (requirement,) = judge(log, with_policy=policy).decision.requires
    assert [approval.reason for approval in requirement.given] == [None, "the same person has already been counted"]
    assert not requirement.fulfilled
    log.approval("carol", decision, Meaning.REVIEWED)
    assert judge(log, with_policy=policy).decision.verdict is Verdict.ALLOW


def test_a_new_finding_voids_it(cases, judge, waiting):
    log, decision = waiting
    log.approval("bob", decision)
    log.findings(cases.finding(), cases.finding(path="new.yml"))
    decided = judge(log)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert given(decided) == {"bob": "there are findings that the decision it cites did not have"}


def test_a_finding_fewer_does_not(cases, judge):
    log = cases.clean_log(cases.finding(), cases.finding(path="b.yml"))
    decision = log.decision(judge(log).decision)
    log.findings(cases.finding())
    log.approval("bob", decision)
    assert judge(log).decision.verdict is Verdict.ALLOW


def test_another_policy_voids_it(cases, judge, waiting, policy, load):
    log, decision = waiting
    log.approval("bob", decision)
    (pack,) = policy.packs
    changed = replace(policy, ref=replace(policy.ref, digests={pack.id: cases.digest("changed")}))
    assert given(judge(log, with_policy=changed)) == {"bob": "the policy is another than that of the decision it cites"}


def test_a_waiver_that_ends_voids_an_approval_that_did_not_see_the_finding(cases, judge):
    other = cases.finding(path="b.yml")
    log = cases.clean_log(cases.finding(), other)
    log.waiver(other, person="carol")
    decision = log.decision(judge(log).decision)
    log.approval("bob", decision)
    assert judge(log).decision.verdict is Verdict.ALLOW
    assert judge(log, at=cases.LATER).decision.verdict is Verdict.NEEDS_APPROVAL


def test_it_can_be_given_until_a_date(cases, judge, waiting):
    log, decision = waiting
    log.approval("bob", decision, until=cases.LATER)
    assert judge(log).decision.verdict is Verdict.ALLOW
    decided = judge(log, at=cases.LATER)
    assert given(decided) == {"bob": f"it expired at {cases.LATER}"}


def test_it_can_be_revoked(cases, judge, waiting):
    log, decision = waiting
    approval = log.approval("bob", decision)
    log.revocation(approval)
    assert given(judge(log)) == {"bob": f"it was revoked at {cases.AT}: a mistake"}


def test_a_revocation_by_a_key_that_may_not_revoke_is_not_heard(cases, judge, waiting):
    log, decision = waiting
    log.revocation(log.approval("bob", decision), KeyClass.LOCAL)
    assert judge(log).decision.verdict is Verdict.ALLOW


def test_a_decision_that_is_not_in_evidence_cannot_be_cited(cases, judge, waiting):
    log, decision = waiting
    log.approval("bob", decision)
    log.statements.remove(decision)
    assert given(judge(log)) == {"bob": "the decision it cites is not among the evidence on this change"}


def test_who_is_not_under_people_is_nobody(cases, judge, waiting):
    log, decision = waiting
    log.approval("mallory", decision)
    assert given(judge(log)) == {"mallory": "it is not signed with the personal key of anybody under [people]"}


def test_a_denial_cannot_be_approved_away(cases, judge):
    log = cases.clean_log(cases.SECRET, cases.finding())
    log.approval("bob", log.decision(judge(log).decision))
    assert judge(log).decision.verdict is Verdict.DENY
