from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.model.outcome import Outcome
from assay.model.report import Report
from assay.output import facts, render
from assay.output.junit import MAX_PLACES


def suites_of(report: Report) -> ET.Element:
    return ET.fromstring(render(report, "junit").encode())


def test_every_rule_is_a_case_and_the_verdict_is_one_more(report):
    root = suites_of(report)
    names = sorted(case.get("name", "") for case in root.iter("testcase"))
    expected = sorted([*(item.rule for item in facts.outcomes(report)), "verdict"])
    assert len(names) == len(expected) == int(root.get("tests", ""))


def test_counts_are_what_the_cases_say(report):
    for element in (root := suites_of(report)), *root.iter("testsuite"):
        for attribute, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(element.get(attribute, "")) == len(list(element.iter(child)))
        assert int(element.get("tests", "")) == len(list(element.iter("testcase")))


@pytest.mark.parametrize(
    ("outcome", "child"),
    [
        (Outcome.PASS, None),
        (Outcome.FAIL, "failure"),
        (Outcome.WAIVED, "skipped"),
        (Outcome.NOT_EVALUATED, "error"),
        (Outcome.ERROR, "error"),
    ],
)
def test_only_a_pass_is_green(reports: ModuleType, outcome: Outcome, child: str | None):
    inspection = reports.inspected((), reports.outcome("ours/one", outcome, "because"))
    (case,) = [
        item
        for item in suites_of(reports.report(inspection=inspection)).iter("testcase")
        if item.get("name") == "ours/one"
    ]
    assert [item.tag for item in case] == ([child] if child else [])


def test_a_failure_names_every_place(reports: ModuleType):
    (case,) = [item for item in suites_of(reports.deny()).iter("testcase") if item.get("name") == "secrets/private-key"]
    assert (case.get("file"), case.get("line")) == ("deploy/keys/id_release", "1")
    failure = case.find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == ("A private key is committed", "critical")
    assert failure.text == "deploy/keys/id_release:1:1: critical: PEM private key, unencrypted\n"


def test_a_rule_with_many_findings_names_some_and_counts_the_rest(reports: ModuleType):
    (case,) = [
        item for item in suites_of(reports.many()).iter("testcase") if item.get("name") == "containers/root-user"
    ]
    text = case.findtext("failure") or ""
    assert text.count("\n") == MAX_PLACES + 1
    assert text.endswith("and 567 more\n")


@pytest.mark.parametrize(
    ("name", "child"), [("allow", None), ("needs-approval", "failure"), ("deny", "failure"), ("incomplete", "error")]
)
def test_the_verdict_is_a_case(reports: ModuleType, name: str, child: str | None):
    (case,) = [item for item in suites_of(reports.REPORTS[name]()).iter("testcase") if item.get("name") == "verdict"]
    assert [item.tag for item in case] == ([child] if child else [])


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_makes_well_formed_xml(reports: ModuleType, text: str):
    broken = reports.outcome(f"ours/{text}", Outcome.ERROR, text)
    made = reports.report(scope=text, inspection=reports.inspected((), broken))
    suites_of(made)
