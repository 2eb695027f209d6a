"""What a waiver accepts, and that it is seen."""

from dataclasses import replace

import pytest

from assay.config.schema import Config
from assay.model.approval import WaiverScope
from assay.model.outcome import Outcome, Severity, Verdict

CONFTEST = """\
package main

import rego.v1

deny contains "no" if input.bad
warn contains "careful" if input.bad
"""


def outcomes(decided):
    return {item.rule: item for item in decided.decision.outcomes}


def waived(decided):
    return [reason for reason in decided.decision.reasons if reason.effect == "waived"]


def test_a_waived_finding_is_found_and_shown_as_waived(cases, judge):
    log = cases.clean_log(cases.SECRET)
    waiver = log.waiver(cases.SECRET)
    decided = judge(log)
    assert decided.decision.verdict is Verdict.ALLOW
    (reason,) = waived(decided)
    assert reason.rule == "secrets/private-key"
    assert reason.message == f"by Bob Baker until {cases.LATER}: accepted (T-1)"
    assert reason.waiver == waiver.envelope
    assert reason.fingerprints == (cases.SECRET.fingerprint,)
    for rule in ("secrets/private-key", "change-control/no-new-secret"):
        assert outcomes(decided)[rule].outcome is Outcome.WAIVED
        assert outcomes(decided)[rule].reason == reason.message


def test_a_rule_with_one_finding_left_still_fails(cases, judge):
    other = cases.finding("secrets/private-key", "other", tag="fedcba9876543210")
    log = cases.clean_log(cases.SECRET, other)
    log.waiver(cases.SECRET)
    decided = judge(log)
    assert decided.decision.verdict is Verdict.DENY
    assert outcomes(decided)["secrets/private-key"].outcome is Outcome.FAIL
    assert outcomes(decided)["change-control/no-new-secret"].outcome is Outcome.FAIL
    assert len(waived(decided)) == 1


def test_a_demand_for_approval_ends_with_the_last_finding_it_rests_on(cases, judge):
    log = cases.clean_log(cases.finding())
    log.waiver(cases.finding())
    assert judge(log).decision.verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"tag": None}, "findings carry no tags, because no key for them is set ([keys] tag)"),
        ({"tag": "ffffffffffffffff"}, "its tag is that of another value"),
    ],
)
def test_a_waiver_for_a_secret_needs_its_tag(cases, judge, members, why):
    log = cases.clean_log(replace(cases.SECRET, **members))
    log.waiver(cases.SECRET)
    decided = judge(log)
    assert decided.decision.verdict is Verdict.DENY
    assert decided.notices == (
        f"waiver {log.statements[-1].envelope[:12]} does not apply to secrets/private-key in id_rsa: {why}",
    )


@pytest.mark.parametrize("family", ["secrets", "phi"])
def test_secrets_and_phi_are_not_waived_by_rule_and_path(cases, judge, family):
    found = cases.finding(f"{family}/some", "x.py", tag="0123456789abcdef", severity=Severity.CRITICAL)
    log = cases.clean_log(found)
    log.waiver(scope=WaiverScope(rule=f"{family}/some", paths=("**",)))
    decided = judge(log)
    assert decided.decision.verdict is not Verdict.ALLOW
    assert f"a finding of {family} is waived by fingerprint and tag only" in decided.notices[0]


def test_a_waiver_without_tags_does_not_waive_a_secret(cases, judge):
    log = cases.clean_log(cases.SECRET)
    log.waiver(scope=WaiverScope(fingerprints=(cases.SECRET.fingerprint,)))
    decided = judge(log)
    assert decided.decision.verdict is Verdict.DENY
    assert "by fingerprint and tag only" in decided.notices[0]


def test_a_rule_is_waived_under_a_path(cases, judge):
    log = cases.clean_log(cases.finding(path="old/a.yml"))
    scope = WaiverScope(rule="workflows/unpinned-action", paths=("old/**",))
    log.waiver(scope=scope)
    assert judge(log).decision.verdict is Verdict.ALLOW
    log.findings(cases.finding(path="old/a.yml"), cases.finding(path="new/a.yml"))
    assert judge(log).decision.verdict is Verdict.NEEDS_APPROVAL


def test_a_glob_that_means_nothing_waives_nothing(cases, judge):
    log = cases.clean_log(cases.finding())
    log.waiver(scope=WaiverScope(rule="workflows/unpinned-action", paths=("[a-z]*.yml", "..")))
    assert judge(log).decision.verdict is Verdict.NEEDS_APPROVAL


def test_a_fingerprint_shared_with_a_secret_is_not_waived_by_the_other_finding(cases, judge):
    twin = cases.finding("workflows/x", fingerprint=cases.SECRET.fingerprint)
    log = cases.clean_log(cases.SECRET, twin)
    log.waiver(scope=WaiverScope(fingerprints=(twin.fingerprint,)))
    assert judge(log).decision.verdict is Verdict.DENY


def test_it_ends(cases, judge):
    log = cases.clean_log(cases.finding())
    log.waiver(cases.finding())
    decided = judge(log, at=cases.LATER)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert f"it expired at {cases.LATER}" in decided.notices[0]


def test_it_can_be_revoked(cases, judge):
    log = cases.clean_log(cases.finding())
    log.revocation(log.waiver(cases.finding()))
    assert judge(log).decision.verdict is Verdict.NEEDS_APPROVAL


def test_of_two_the_first_is_named(cases, judge):
    log = cases.clean_log(cases.finding())
    first = log.waiver(cases.finding())
    log.waiver(cases.finding(), person="carol")
    (reason,) = waived(judge(log))
    assert reason.waiver == first.envelope


def test_the_author_may_not_be_alone_in_knowing(cases, judge):
    log = cases.clean_log(cases.finding())
    log.waiver(cases.finding(), person="alice")
    decided = judge(log)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert [item.rule for item in decided.decision.requires] == ["change-control/own-waiver"]
    log.approval("bob", log.decision(decided.decision))
    assert judge(log).decision.verdict is Verdict.ALLOW


def test_who_works_alone_may(cases, judge):
    log = cases.clean_log(cases.finding())
    log.waiver(cases.finding(), person="alice")
    alone = Config(digest=cases.digest(""), people={"alice": cases.CONFIG.people["alice"]})
    assert judge(log, config=alone).decision.verdict is Verdict.ALLOW


@pytest.fixture
def conftest_policy(cases, load):
    return load(cases.MemorySource({"assay/policy/ours/a.rego": CONFTEST}), "assay/policy/ours")


def test_what_a_conftest_rule_says_of_a_file_is_waived_by_rule_and_path(cases, judge, conftest_policy):
    from assay.policy import Document

    documents = (Document(path="k8s/a.yaml", blob=cases.oid("a"), values=({"bad": True},)),)
    log = cases.clean_log()
    log.waiver(scope=WaiverScope(rule="ours/deny", paths=("k8s/",)))
    decided = judge(log, with_policy=conftest_policy, documents=documents)
    assert decided.decision.verdict is Verdict.ALLOW
    assert outcomes(decided)["ours/deny"].outcome is Outcome.WAIVED
    assert outcomes(decided)["ours/warn"].outcome is Outcome.FAIL
    (reason,) = waived(decided)
    assert reason.message == f"by Bob Baker until {cases.LATER}: accepted (T-1): no"
    log = cases.clean_log()
    log.waiver(scope=WaiverScope(rule="ours/deny", paths=("other/",)))
    assert judge(log, with_policy=conftest_policy, documents=documents).decision.verdict is Verdict.DENY


def test_a_demand_that_rests_on_no_finding_cannot_be_waived(cases, judge):
    log = cases.clean_log(change=cases.change(cases.changed("assay.toml")))
    log.waiver(scope=WaiverScope(rule="change-control/sensitive-path", paths=("**",)))
    assert judge(log).decision.verdict is Verdict.NEEDS_APPROVAL


def test_a_denied_secret_is_not_waived_through_the_rule_that_denies_it(cases, judge):
    log = cases.clean_log(cases.SECRET)
    log.waiver(scope=WaiverScope(rule="change-control/no-new-secret", paths=("**",)))
    assert judge(log).decision.verdict is Verdict.DENY
