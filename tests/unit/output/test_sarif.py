import base64
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import pytest

from assay.model.report import Report
from assay.output import render, sarif

_SUBSET = Path(__file__).parents[2] / "assets" / "output" / "sarif-subset.schema.json"


@pytest.fixture(scope="module")
def subset() -> Any:
    return jsonschema_rs.validator_for(json.loads(_SUBSET.read_text("utf-8")))


def run_of(report: Report) -> dict[str, Any]:
    log = json.loads(render(report, "sarif"))
    run: dict[str, Any] = log["runs"][0]
    return run


def test_every_log_is_within_the_part_of_the_standard_that_we_write(report, subset: Any):
    assert [error.message for error in subset.iter_errors(json.loads(render(report, "sarif")))] == []


def test_every_result_names_a_rule_of_the_run(report):
    run = run_of(report)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for notification in run["invocations"][0]["toolExecutionNotifications"]:
        if "associatedRule" in notification:
            assert rules[notification["associatedRule"]["index"]]["id"] == notification["associatedRule"]["id"]


def test_the_most_severe_result_comes_first(reports: ModuleType):
    levels = [result["level"] for result in run_of(reports.deny())["results"]]
    assert levels == ["error", "error", "error", "error", "warning", "note"]


def test_columns_are_written_where_they_are_known_and_bytes_always(reports: ModuleType):
    regions = {
        result["ruleId"]: result["locations"][0]["physicalLocation"]["region"]
        for result in run_of(reports.deny())["results"]
    }
    assert regions["workflows/unpinned-action"] == {
        "startLine": 14,
        "endLine": 14,
        "startColumn": 15,
        "endColumn": 34,
        "byteOffset": 214,
        "byteLength": 19,
    }
    assert regions["containers/root-user"] == {"startLine": 1}
    bare = replace(reports.deny(), excerpts={})
    assert "startColumn" not in run_of(bare)["results"][1]["locations"][0]["physicalLocation"]["region"]


def test_a_fix_replaces_exact_bytes(reports: ModuleType):
    (result,) = [item for item in run_of(reports.check())["results"] if "fixes" in item]
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement["deletedRegion"] == {"byteOffset": 231, "byteLength": 2}
    assert base64.b64decode(replacement["insertedContent"]["binary"]).startswith(b"11bd7190")
    assert result["fixes"][0]["description"]["text"].endswith("(safe)")


def test_waived_results_are_suppressed_with_who_and_until_when(reports: ModuleType):
    results = run_of(reports.waived())["results"]
    (suppression,) = results[0]["suppressions"]
    assert suppression["justification"].startswith("by Maja Lind until 2026-04-01")
    assert suppression["properties"]["waiver"] == reports.digest("waiver")
    assert results[1]["suppressions"] == []


def test_a_run_that_missed_a_rule_was_not_successful(reports: ModuleType):
    invocation = run_of(reports.incomplete())["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    levels = [item["level"] for item in invocation["toolExecutionNotifications"]]
    assert sorted(levels) == ["error", "error", "warning", "warning"]
    assert run_of(reports.allow())["invocations"][0]["executionSuccessful"] is True


def test_what_was_skipped_and_noticed_is_a_notification(reports: ModuleType):
    notes = run_of(reports.allow())["invocations"][0]["toolExecutionNotifications"]
    assert [note["message"]["text"] for note in notes] == ["1 file not inspected: binary"]
    texts = [
        note["message"]["text"] for note in run_of(reports.waived())["invocations"][0]["toolExecutionNotifications"]
    ]
    assert texts[0].startswith("The waiver 5a1e77c0 did not apply")


def test_a_finding_in_a_commit_names_it(reports: ModuleType):
    (result,) = [item for item in run_of(reports.deny())["results"] if item["ruleId"] == "commits/missing-trailer"]
    (location,) = result["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": reports.oid("second"), "kind": "commit"}]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == ".git/COMMIT_EDITMSG"


def test_security_rules_are_tagged_and_ranked_and_others_are_not(reports: ModuleType):
    rules = {rule["id"]: rule["properties"] for rule in run_of(reports.deny())["tool"]["driver"]["rules"]}
    assert rules["secrets/private-key"]["security-severity"] == "9.5"
    assert rules["secrets/private-key"]["tags"][:2] == ["security", "secrets"]
    assert "security-severity" not in rules["commits/missing-trailer"]
    assert "security" not in rules["commits/missing-trailer"]["tags"]


def test_a_rule_has_no_more_tags_than_github_takes(reports: ModuleType):
    rule = replace(reports.UNPINNED, controls=tuple(f"frame/{number}" for number in range(40)))
    made = replace(reports.check(), rules={rule.id: rule})
    tags = [item["properties"]["tags"] for item in run_of(made)["tool"]["driver"]["rules"] if item["id"] == rule.id]
    assert len(tags[0]) == sarif.MAX_TAGS


def test_results_beyond_the_limit_are_left_out_and_said_so(reports: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sarif, "MAX_RESULTS", 3)
    run = run_of(reports.deny())
    assert [item["level"] for item in run["results"]] == ["error"] * 3
    notes = [item["message"]["text"] for item in run["invocations"][0]["toolExecutionNotifications"]]
    assert "3 results were left out: 3 are the most a run may have" in notes


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c%.yml", "a%20b/c%25.yml"),
        ("c:/x", "c%3A/x"),
        ("naïve/é", "na%C3%AFve/%C3%A9"),
        ("?q#f", "%3Fq%23f"),
        ("//host/x", "host/x"),
    ],
)
def test_a_path_becomes_a_relative_reference(reports: ModuleType, path: str, uri: str):
    moved = replace(reports.ROOT_FINDING, place=replace(reports.ROOT_FINDING.place, path=path))
    result = run_of(reports.report(inspection=reports.inspected((moved,))))["results"][0]
    found = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert found == uri
    assert unquote(found) == path.lstrip("/")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("see [here](1)", "see \\[here\\](1)"),
        ("a {0} b", "a {{0}} b"),
        ("${{ github.token }}", "${{ github.token }}"),
        ("back\\slash", "back\\\\slash"),
    ],
)
def test_a_message_holds_no_link_and_no_placeholder(text: str, written: str):
    assert sarif.message(text) == {"text": written}
