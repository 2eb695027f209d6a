import re
from dataclasses import replace
from types import ModuleType

import pytest

from assay.model.decision import Reason
from assay.model.outcome import Outcome, Verdict
from assay.output import render
from assay.output.plain import cells
from assay.output.text.findings import MAX_EXCERPTS, MAX_SHOWN

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(report, width: int):
    wide = [line for line in render(report, "text", width=width).splitlines() if cells(line) > width]
    # Commands are copied, so they are never broken.
    assert all(line.strip().startswith("assay ") for line in wide)


def test_colour_changes_nothing_but_colour(report):
    plain = render(report, "text")
    assert "\x1b" not in plain
    assert ESCAPE.sub("", render(report, "text", colour=True)) == plain


def test_colour_is_used(reports: ModuleType):
    assert "\x1b[1;31mDENIED\x1b[0m" in render(reports.deny(), "text", colour=True)


def test_ascii_is_enough(report):
    assert render(report, "text", ascii_only=True).isascii()


def test_the_verdict_stands_first_and_last(reports: ModuleType):
    lines = render(reports.deny(), "text").splitlines()
    assert lines[2] == "DENIED"
    assert lines[-1] == "DENIED  6 findings, exit code 1"


def test_rules_that_did_not_run_are_named_at_the_end_too(reports: ModuleType):
    assert render(reports.incomplete(), "text").splitlines()[-1] == (
        "DENIED, INCOMPLETE  1 finding, 4 rules not evaluated, exit code 2"
    )


def test_carets_stand_below_what_they_mean(reports: ModuleType):
    lines = render(reports.check(), "text").splitlines()
    (index,) = [number for number, line in enumerate(lines) if "^" in line]
    start, end = lines[index].index("^"), lines[index].rindex("^") + 1
    assert lines[index - 1][start:end] == "actions/checkout@v4"


def test_carets_count_the_columns_of_wide_characters_and_tabs(reports: ModuleType):
    finding = reports.UNPINNED_FINDING
    line = "\t漢: actions/checkout@v4"
    offset = len("\t漢: ".encode())
    span = replace(finding.place.span, column=offset + 1, end_column=offset + 20)
    moved = replace(finding, place=replace(finding.place, span=span))
    excerpt = reports.Excerpt(first_line=14, lines=(line,), marked=(14, 14))
    report = reports.report(inspection=reports.inspected((moved,)), excerpts={moved.fingerprint: excerpt})
    lines = render(report, "text").splitlines()
    (index,) = [number for number, text in enumerate(lines) if "^" in text]
    assert cells(lines[index - 1].partition("actions")[0]) == lines[index].index("^")


def test_a_caret_beyond_the_edge_is_left_out(reports: ModuleType):
    finding = reports.UNPINNED_FINDING
    span = replace(finding.place.span, column=201, end_column=220)
    moved = replace(finding, place=replace(finding.place, span=span))
    excerpt = reports.Excerpt(first_line=14, lines=("x" * 230,), marked=(14, 14))
    report = reports.report(inspection=reports.inspected((moved,)), excerpts={moved.fingerprint: excerpt})
    text = render(report, "text")
    assert "^" not in text
    assert "x…" in text


def test_a_waived_finding_says_by_whom_and_until_when(reports: ModuleType):
    text = render(reports.waived(), "text", width=120)
    assert "waived: by Maja Lind until 2026-04-01: the runner is offline during the migration (OPS-412)" in text
    assert "1 high, 1 medium, 1 of them waived" in text


def test_what_was_not_inspected_is_counted_by_reason(reports: ModuleType):
    text = render(reports.deny(), "text")
    assert "Not inspected  2 files; 6 read" in text
    assert "1 submodule: vendor/hl7" in text


def test_many_findings_are_cut_and_counted(reports: ModuleType):
    text = render(reports.many(), "text")
    assert text.count("workflows/unpinned-action ") + text.count("secrets/private-key ") >= MAX_SHOWN
    assert "and 1,900 findings more, none more severe; --format json or html has all" in text
    assert text.count(" │ ^") <= MAX_EXCERPTS
    assert len(text.splitlines()) < 500


def test_one_reason_for_many_rules_is_said_once(reports: ModuleType):
    broken = [reports.outcome(f"terraform/rule-{number}", Outcome.ERROR, "crashed") for number in range(9)]
    text = render(reports.report(inspection=reports.inspected((), *broken)), "text")
    assert text.count("because crashed") == 1
    assert "and 3 more" in text


def test_the_record_names_the_person_who_signed(reports: ModuleType):
    signer = replace(reports.SIGNER, person="lind")
    assert "of lind" in render(replace(reports.allow(), signer=signer), "text", width=120)
    assert "ci key" not in render(replace(reports.allow(), signer=None), "text")


def test_a_decision_that_is_not_recorded_yet_has_no_name(reports: ModuleType):
    text = render(replace(reports.allow(), decision_digest=None, decision_index=None), "text")
    assert "assay why" not in text
    assert "ledger    assay/7f3d9a40" in text


def test_a_policy_that_is_built_in_has_no_commit(reports: ModuleType):
    policy = replace(reports.POLICY, ref="built-in", commit=None)
    made = replace(reports.allow(), decision=reports.decision(Verdict.ALLOW, policy=policy))
    assert "policy    built-in\n" in render(made, "text")


def test_an_effect_this_version_does_not_know_is_shown(reports: ModuleType):
    reason = Reason(effect="postpone", rule="ours/window", message="after the weekend")
    made = reports.gated(reports.decision(Verdict.ALLOW, reasons=(reason,)))
    assert "postpone    ours/window" in render(made, "text")
