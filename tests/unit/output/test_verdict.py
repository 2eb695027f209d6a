from dataclasses import replace
from types import ModuleType

import pytest

from assay.model.decision import Reason
from assay.model.finding import Inspection
from assay.model.outcome import Outcome, Verdict
from assay.model.why import WhyKind, WhyNode, WhyState
from assay.output.verdict import Tone, count, summarise, why_command


@pytest.mark.parametrize(
    ("name", "label", "tone"),
    [
        ("allow", "ALLOWED", Tone.GOOD),
        ("needs-approval", "NEEDS APPROVAL", Tone.CAUTION),
        ("deny", "DENIED", Tone.BAD),
        ("incomplete", "DENIED, INCOMPLETE", Tone.BAD),
        ("waived", "ALLOWED", Tone.GOOD),
        ("check", "FAILED", Tone.BAD),
        ("empty", "NOTHING INSPECTED", Tone.CAUTION),
    ],
)
def test_the_label_says_what_was_decided(reports: ModuleType, name: str, label: str, tone: Tone):
    summary = summarise(reports.REPORTS[name]())
    assert (summary.label, summary.tone) == (label, tone)


def test_only_exit_code_zero_looks_good(report):
    if summarise(report).tone is Tone.GOOD:
        assert report.exit_code == 0
    if report.exit_code in {1, 2}:
        assert summarise(report).tone is Tone.BAD


def test_an_allowed_change_names_who_approved(reports: ModuleType):
    assert "Approved by Dr. Chidi Okafor, Maja Lind." in summarise(reports.allow()).sentence


def test_an_approver_is_told_the_exact_command(reports: ModuleType):
    made = reports.needs_approval()
    (step,) = summarise(made).steps
    assert step.who == "reviewers"
    assert step.what.startswith("1 of 2 people signed as reviewed.")
    assert step.command == f"assay approve {made.decision_digest[:8]} --meaning reviewed"


def test_anyone_may_sign_where_no_role_is_asked_for(reports: ModuleType):
    asked = replace(reports.requirement(), role=None)
    made = replace(reports.needs_approval(), decision_digest=None)
    (step,) = summarise(replace(made, decision=replace(made.decision, requires=(asked,)))).steps
    assert step.who == "Anyone with a personal key"
    assert step.command == "assay approve latest --meaning reviewed"


@pytest.mark.parametrize(("role", "command"), [(None, "assay key generate PERSON"), ("reviewers", None)])
def test_where_nobody_may_sign_nobody_is_asked_to(reports: ModuleType, role: str | None, command: str | None):
    asked = replace(reports.requirement(), role=role)
    made = reports.needs_approval()
    nobody = WhyNode(kind=WhyKind.PERSON, state=WhyState.BAD, label="nobody can sign")
    demand = WhyNode(kind=WhyKind.REQUIREMENT, state=WhyState.WAITING, label="0 of 2", children=(nobody,))
    rule = WhyNode(kind=WhyKind.RULE, state=WhyState.WAITING, label="x", reference=asked.rule, children=(demand,))
    tree = WhyNode(kind=WhyKind.VERDICT, state=WhyState.WAITING, label="needs approval", children=(rule,))
    (step,) = summarise(replace(made, why=tree, decision=replace(made.decision, requires=(asked,)))).steps
    assert (step.who, step.what, step.command) == ("Maintainer", "nobody can sign", command)


def test_a_rule_that_could_not_run_can_be_all_that_waits(reports: ModuleType):
    outcomes = (reports.outcome("terraform/open-port", Outcome.NOT_EVALUATED, "too slow"),)
    made = reports.gated(reports.decision(Verdict.NEEDS_APPROVAL, outcomes=outcomes))
    summary = summarise(made)
    assert summary.sentence == "A person must look at this change. 1 rule could not be evaluated."
    assert summary.steps[0].command == "assay gate --gate merge"
    assert "too slow" in summary.steps[0].what


def test_a_denial_names_the_remedy_of_each_rule_once_and_then_the_gate(reports: ModuleType):
    steps = summarise(reports.deny()).steps
    assert [step.command for step in steps] == [
        "assay explain secrets/private-key",
        "assay explain workflows/unpinned-action",
        "assay gate --gate merge",
    ]
    assert steps[0].what == reports.PRIVATE_KEY.remedy


def test_an_allowance_with_gaps_is_received_with_caution(reports: ModuleType):
    outcomes = (reports.outcome("terraform/open-port", Outcome.NOT_EVALUATED, "too slow"),)
    summary = summarise(reports.gated(reports.decision(Verdict.ALLOW, outcomes=outcomes)))
    assert summary.tone is Tone.CAUTION
    assert summary.sentence.endswith("1 rule could not be evaluated.")


def test_a_command_can_be_pasted_into_a_shell(reports: ModuleType):
    reason = Reason(effect="deny", rule="ours/a; rm -rf $HOME", message="m")
    made = reports.gated(reports.decision(Verdict.DENY, reasons=(reason,)))
    assert summarise(made).steps[0].command == "assay explain 'ours/a; rm -rf $HOME'"


def test_a_rule_without_metadata_still_gets_a_step(reports: ModuleType):
    assert "secrets/private-key" in summarise(replace(reports.deny(), rules={})).steps[0].what


def test_a_denial_without_reasons_is_still_a_denial(reports: ModuleType):
    summary = summarise(reports.gated(reports.decision(Verdict.DENY)))
    assert summary.sentence == "0 rules deny this change."


def test_an_incomplete_decision_without_reasons_is_still_incomplete(reports: ModuleType):
    summary = summarise(reports.gated(reports.decision(Verdict.DENY, incomplete=True)))
    assert summary.label == "DENIED, INCOMPLETE"


class TestCheck:
    def test_clean_files_pass(self, reports: ModuleType):
        summary = summarise(reports.report())
        assert (summary.label, summary.sentence) == ("PASSED", "No finding at or above high in 6 files.")

    def test_findings_below_the_threshold_are_counted(self, reports: ModuleType):
        summary = summarise(reports.report(inspection=reports.inspected((reports.ROOT_FINDING,))))
        assert summary.sentence.endswith("1 finding below it.")

    def test_a_rule_that_broke_is_no_pass(self, reports: ModuleType):
        broken = reports.outcome("terraform/open-port", Outcome.ERROR, "crashed")
        summary = summarise(reports.report(inspection=reports.inspected((), broken)))
        assert (summary.label, summary.tone) == ("PASSED IN PART", Tone.CAUTION)
        assert summary.steps[0].command == "assay check"

    def test_a_required_rule_that_broke_is_incomplete(self, reports: ModuleType):
        broken = reports.outcome("secrets/jwt-2", Outcome.ERROR, "crashed")
        assert summarise(reports.report(inspection=reports.inspected((), broken))).label == "INCOMPLETE"
        found = reports.inspected((reports.UNPINNED_FINDING,), broken)
        assert summarise(reports.report(inspection=found)).label == "FAILED, INCOMPLETE"

    def test_reading_nothing_is_no_pass(self, reports: ModuleType):
        inspection = replace(reports.report().inspection, scanned=reports.Scanned())
        assert isinstance(inspection, Inspection)
        assert summarise(reports.report(inspection=inspection)).label == "NOTHING INSPECTED"


def test_numbers_come_with_their_noun():
    assert count(1, "rule") == "1 rule"
    assert count(1_204, "entry", "entries") == "1,204 entries"


def test_a_decision_without_a_name_has_no_command(reports: ModuleType):
    assert why_command(reports.check()) is None
