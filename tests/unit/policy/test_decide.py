"""Verdicts, from statements to exit codes."""

from dataclasses import replace

import pytest

from assay.config.schema import CheckConfig, GateConfig, RiskConfig
from assay.model.outcome import GateKind, KeyClass, Outcome, Severity, Verdict
from assay.policy.input import decode_input


def outcomes(decided):
    return {item.rule: item.outcome for item in decided.decision.outcomes}


def reasons(decided, effect):
    return [reason for reason in decided.decision.reasons if reason.effect == effect]


def test_a_harmless_change_is_allowed(cases, judge):
    decided = judge(cases.clean_log())
    assert decided.decision.verdict is Verdict.ALLOW
    assert decided.decision.exit_code == 0
    assert decided.decision.reasons == ()
    assert set(outcomes(decided).values()) == {Outcome.PASS}


def test_a_new_secret_denies(cases, judge):
    decided = judge(cases.clean_log(cases.SECRET))
    assert (decided.decision.verdict, decided.decision.exit_code) == (Verdict.DENY, 1)
    (reason,) = reasons(decided, "deny")
    assert reason.rule == "change-control/no-new-secret"
    assert reason.path == "id_rsa"
    assert reason.fingerprints == (cases.SECRET.fingerprint,)
    assert outcomes(decided)["secrets/private-key"] is Outcome.FAIL
    assert outcomes(decided)["change-control/no-new-secret"] is Outcome.FAIL


def test_a_serious_finding_needs_approval(cases, judge):
    decided = judge(cases.clean_log(cases.finding()))
    assert (decided.decision.verdict, decided.decision.exit_code) == (Verdict.NEEDS_APPROVAL, 3)
    (requirement,) = decided.decision.requires
    assert (requirement.rule, requirement.count, requirement.role) == ("change-control/serious-finding", 1, None)


def test_a_finding_below_the_threshold_is_no_obstacle(cases, judge):
    log = cases.clean_log(cases.finding(severity=Severity.MEDIUM))
    assert judge(log).decision.verdict is Verdict.ALLOW
    stricter = replace(cases.CONFIG, check=CheckConfig(threshold=Severity.MEDIUM))
    assert judge(log, config=stricter).decision.verdict is Verdict.NEEDS_APPROVAL


def test_many_findings_of_one_rule_are_one_requirement(cases, judge):
    decided = judge(cases.clean_log(cases.finding(path="a.yml"), cases.finding(path="b.yml")))
    (requirement,) = decided.decision.requires
    assert requirement.message == "workflows/unpinned-action: workflows/unpinned-action here (and 1 more)"
    assert len(reasons(decided, "require")) == 2


def test_a_risk_above_the_threshold_needs_approval(cases, judge):
    log = cases.Log()
    log.findings()
    log.risk(800_000)
    assert judge(log).decision.verdict is Verdict.NEEDS_APPROVAL
    bolder = replace(cases.CONFIG, risk=RiskConfig(approval_above_ppm=900_000))
    assert judge(log, config=bolder).decision.verdict is Verdict.ALLOW


def test_of_two_risks_the_higher_counts(cases, judge):
    log = cases.clean_log()
    other = dict(log.statements[-1].statement.predicate)
    other |= {"score_ppm": 900_000, "producer": other["producer"] | {"name": "other"}}
    log.add("urn:assay:risk:v1", other)
    assert judge(log).decision.verdict is Verdict.NEEDS_APPROVAL


def test_a_sensitive_path_needs_approval(cases, judge):
    log = cases.clean_log(change=cases.change(cases.changed(".github/workflows/ci.yml")))
    decided = judge(log)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert outcomes(decided)["change-control/sensitive-path"] is Outcome.FAIL


def test_without_any_findings_nothing_is_decided_in_favour(cases, judge):
    log = cases.Log()
    log.risk()
    decided = judge(log)
    assert (decided.decision.verdict, decided.decision.incomplete, decided.decision.exit_code) == (
        Verdict.DENY,
        True,
        2,
    )
    assert [reason.rule for reason in reasons(decided, "incomplete")] == ["findings", "secrets"]


def test_a_change_that_adds_text_of_which_nothing_was_read_is_incomplete(cases, judge):
    log = cases.Log()
    log.findings(inspected=cases.inspection(files=0))
    log.risk()
    assert judge(log).decision.incomplete


def test_a_change_that_adds_no_text_may_have_nothing_to_read(cases, judge):
    image = cases.changed("logo.png", added=None)
    link = cases.changed("link", new_mode="120000")
    log = cases.Log(change=cases.change(image, link))
    log.findings(inspected=cases.inspection(files=0))
    log.risk()
    assert not judge(log).decision.incomplete


@pytest.mark.parametrize("broken", [Outcome.ERROR, Outcome.NOT_EVALUATED])
def test_a_required_rule_that_was_not_evaluated_is_incomplete(cases, judge, broken):
    log = cases.Log()
    log.findings(inspected=cases.inspection(outcomes={"secrets/other": broken}))
    log.risk()
    decided = judge(log)
    assert decided.decision.exit_code == 2
    (reason,) = reasons(decided, "incomplete")
    assert (reason.rule, reason.message) == ("secrets/other", "could not be evaluated: the tool crashed")


@pytest.mark.parametrize("broken", [Outcome.ERROR, Outcome.NOT_EVALUATED])
def test_another_rule_that_was_not_evaluated_needs_a_person(cases, judge, broken):
    log = cases.Log()
    log.findings(inspected=cases.inspection(outcomes={"workflows/a": broken, "workflows/b": broken}))
    log.risk()
    decided = judge(log)
    assert decided.decision.exit_code == 3
    (requirement,) = decided.decision.requires
    assert requirement.message == "could not be evaluated (and 1 more of workflows): the tool crashed"
    signed = log.decision(decided.decision)
    log.approval("bob", signed)
    assert judge(log).decision.verdict is Verdict.ALLOW


def test_a_required_family_that_nobody_reported_is_incomplete(cases, judge):
    config = replace(cases.CONFIG, gate=GateConfig(required=("secrets", "phi")))
    decided = judge(cases.clean_log(), config=config)
    assert [reason.rule for reason in reasons(decided, "incomplete")] == ["phi"]


def test_incomplete_outweighs_denied_and_says_both(cases, judge):
    log = cases.Log()
    log.findings(inspected=cases.inspection(cases.SECRET, outcomes={"secrets/other": Outcome.ERROR}))
    log.risk()
    decided = judge(log)
    assert decided.decision.exit_code == 2
    assert [reason.effect for reason in decided.decision.reasons] == ["incomplete", "deny"]


def test_a_rule_whose_need_is_missing_is_not_asked_and_needs_a_person(cases, judge):
    log = cases.Log()
    log.findings()
    decided = judge(log)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL
    assert outcomes(decided)["change-control/risk-threshold"] is Outcome.NOT_EVALUATED


def test_of_findings_the_latest_of_each_producer_counts(cases, judge):
    log = cases.clean_log(cases.SECRET)
    log.findings()
    assert judge(log).decision.verdict is Verdict.ALLOW
    log.findings(cases.SECRET, producer="another tool")
    assert judge(log).decision.verdict is Verdict.DENY
    assert len(judge(log).decision.evidence) == 3


def test_of_two_outcomes_of_one_rule_the_worse_counts(cases, judge):
    log = cases.clean_log(cases.SECRET)
    log.findings(producer="another tool")
    assert outcomes(judge(log))["secrets/private-key"] is Outcome.FAIL


def test_findings_about_a_commit_of_the_change_count(cases, judge):
    log = cases.clean_log()
    commit = log.change.commits[0].id
    subject = log.change.subject
    about = replace(subject, name="commit", digest={"sha256": cases.digest(commit), "gitCommit": commit})
    log.findings(cases.finding("commits/missing-trailer", ""), subject=about)
    assert judge(log).decision.verdict is Verdict.DENY
    elsewhere = replace(about, digest={"sha256": cases.digest("x"), "gitCommit": cases.oid("x")})
    log = cases.clean_log()
    log.findings(cases.finding("commits/missing-trailer", ""), subject=elsewhere)
    decided = judge(log)
    assert decided.decision.verdict is Verdict.ALLOW
    assert "it is about another change" in decided.notices[0]


def test_declared_trailers_that_nobody_checked_need_a_person(cases, judge):
    from assay.config.schema import TrailerConfig

    config = replace(cases.CONFIG, trailers={"PHI-Impact": TrailerConfig(required_for=("*",))})
    assert judge(cases.clean_log(), config=config).decision.verdict is Verdict.NEEDS_APPROVAL


def test_evidence_follows_a_moved_base_only_if_policy_says_so(cases, judge):
    from assay.model.subject import change_subject

    log = cases.Log()
    other = change_subject(cases.oid("older base"), cases.oid("older head"))
    log.findings(subject=other)
    log.risk(subject=other)
    same = frozenset({other.sha256})
    assert judge(log, same_subjects=same).decision.incomplete
    config = replace(cases.CONFIG, gate=GateConfig(follow="patch-id"))
    assert judge(log, same_subjects=same, config=config).decision.verdict is Verdict.ALLOW
    assert judge(log, config=config).decision.incomplete


@pytest.mark.parametrize(
    ("gate", "signer", "advisory"),
    [
        (GateKind.COMMIT, KeyClass.LOCAL, False),
        (GateKind.MERGE, KeyClass.LOCAL, True),
        (GateKind.DEPLOY, KeyClass.LOCAL, True),
        (GateKind.MERGE, KeyClass.CI, False),
    ],
)
def test_what_a_local_key_decides_beyond_the_commit_gate_is_advice(cases, judge, gate, signer, advisory):
    assert judge(cases.clean_log(), gate=gate, signer=signer).decision.advisory is advisory


def test_a_decision_names_all_it_read(cases, judge, policy, engine):
    log = cases.clean_log()
    decided = judge(log)
    decision = decided.decision
    assert decision.evidence == tuple(signed.envelope for signed in log.statements)
    assert decision.commits == tuple(commit.id for commit in log.change.commits)
    assert decision.checkpoint.size == 2
    assert decision.policy is policy.ref
    assert decision.engine == f"regorus {engine.version}"
    assert decision.at == cases.AT
    assert decision.strategy == "standard"


def test_the_input_is_what_its_digest_says_and_can_be_read_again(cases, judge):
    import hashlib

    decided = judge(cases.clean_log(cases.finding()))
    assert hashlib.sha256(decided.input_bytes).hexdigest() == decided.decision.input
    given = decode_input(decided.input_bytes)
    assert given.findings[0].path == "a.yml"
    assert given.findings[0].line == 7
    assert given.contributors == {"alice"}


def test_the_same_evidence_gives_the_same_bytes(cases, judge):
    log = cases.clean_log(cases.finding(), cases.SECRET)
    assert judge(log).input_bytes == judge(log).input_bytes
    assert judge(log).decision == judge(log).decision


def test_a_decision_can_be_signed_and_read_again(cases, judge):
    from assay.attest.predicates import read_decision

    log = cases.clean_log(cases.SECRET, cases.finding())
    log.waiver(cases.SECRET)
    decided = judge(log)
    log.approval("bob", log.decision(decided.decision))
    decided = judge(log)
    signed = log.decision(decided.decision)
    assert read_decision(signed.statement) == decided.decision
