"""The report as SARIF 2.1.0, within what GitHub code scanning accepts.

Section numbers are those of the OASIS standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
Columns count code points here and bytes in a report: they are written where an excerpt lets them be converted, and the
byte offsets always. A fix is a binary replacement (3.57), so it needs no columns at all.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from assay._version import __version__
from assay.model.decision import Reason
from assay.model.finding import Finding, Fix, Place, RuleOutcome
from assay.model.outcome import Outcome, Severity
from assay.model.report import Excerpt, Report
from assay.model.rule import Rule
from assay.output import facts
from assay.output.excerpts import columns
from assay.output.jsontext import dumps
from assay.output.plain import visible
from assay.output.terminal import Terminal
from assay.output.verdict import count

# GitHub rejects a run with more results, and a rule with more tags ("SARIF results exceed one or more limits").
MAX_RESULTS = 25_000
MAX_TAGS = 20
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
# GitHub wants a file for each result; a message being written stands here, and commits are named beside it.
_MESSAGE_FILE = ".git/COMMIT_EDITMSG"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub ranks by number: critical from 9.0, high from 7.0, medium from 4.0, low above 0.
_SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
# What these find is untidy, not unsafe: no security alert.
_NOT_SECURITY = frozenset({"commits", "standards"})


def render(report: Report, _terminal: Terminal) -> str:
    """Return `report` as a SARIF log of one run."""
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]})


def _run(report: Report) -> dict[str, Any]:
    findings = facts.most_severe_first(report.inspection.findings)
    ids = sorted(
        {*report.rules, *(finding.rule for finding in findings), *(item.rule for item in facts.outcomes(report))}
    )
    index = {rule: number for number, rule in enumerate(ids)}
    accepted = facts.waivers(report)
    rules = [_rule(rule, report.rules.get(rule)) for rule in ids]
    kind = report.decision.gate if report.decision else "check"
    return {
        "tool": {"driver": {"name": "Assay", "semanticVersion": __version__, "version": __version__, "rules": rules}},
        "automationDetails": {"id": f"assay/{kind}/"},
        "invocations": [_invocation(report, index, len(findings))],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index, report, accepted) for finding in findings[:MAX_RESULTS]],
        "properties": _properties(report),
    }


def message(untrusted: str) -> dict[str, str]:
    """Return a message object (3.11) whose text is taken literally: no link (3.11.6), no placeholder (3.11.5).

    Braces are doubled only where a reader would find a placeholder: most readers undo nothing, and `${{ }}` is common.
    """
    plain = re.sub(r"([\\\[\]])", r"\\\1", visible(untrusted))
    return {"text": re.sub(r"\{(\d+)\}", r"{{\1}}", plain)}


def _rule(rule_id: str, rule: Rule | None) -> dict[str, Any]:
    family = facts.family_of(rule_id)
    if rule is None:
        return {"id": rule_id, "properties": {"tags": [family]}}
    security = family not in _NOT_SECURITY
    tags = [*(["security"] if security else []), family, *rule.controls]
    controls = f" Controls: {', '.join(rule.controls)}." if rule.controls else ""
    return {
        "id": rule_id,
        "shortDescription": message(rule.title),
        "fullDescription": message(rule.why),
        "help": message(f"{rule.why} {rule.remedy}{controls}"),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": list(dict.fromkeys(tags))[:MAX_TAGS],
            **({"security-severity": _SECURITY_SEVERITY[rule.severity]} if security else {}),
        },
    }


def _result(
    finding: Finding, index: Mapping[str, int], report: Report, accepted: Mapping[str, Reason]
) -> dict[str, Any]:
    excerpt = report.excerpts.get(finding.fingerprint)
    waiver = accepted.get(finding.fingerprint)
    fix = {"fixes": [_fix(finding.fix, finding.place)]} if finding.fix and finding.fix.edits else {}
    return {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": message(finding.message),
        "locations": [_location(finding, excerpt)],
        "partialFingerprints": {"assay/v1": finding.fingerprint},
        # All results of a run have suppressions, or none (3.27.23).
        "suppressions": [_suppression(waiver)] if waiver else [],
        **fix,
        "properties": {
            "severity": str(finding.severity),
            "confidence": str(finding.confidence),
            **({"controls": list(finding.controls)} if finding.controls else {}),
        },
    }


def _location(finding: Finding, excerpt: Excerpt | None) -> dict[str, Any]:
    place = finding.place
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.path or _MESSAGE_FILE)}
    physical["region"] = _region(finding, excerpt)
    location: dict[str, Any] = {"physicalLocation": physical}
    if place.commit:
        location["logicalLocations"] = [{"fullyQualifiedName": place.commit, "kind": "commit"}]
    return location


def _region(finding: Finding, excerpt: Excerpt | None) -> dict[str, int]:
    """Return where in the file: its first line for a finding about a whole file, which GitHub wants to be somewhere."""
    if (span := finding.place.span) is None:
        return {"startLine": 1}
    region = {"startLine": span.line, "endLine": span.end_line}
    if found := columns(finding, excerpt):
        region |= {"startColumn": found[0], "endColumn": found[1]}
    return region | {"byteOffset": span.start, "byteLength": span.end - span.start}


def _artifact(path: str) -> dict[str, str]:
    """Return a location below the root; everything but unreserved characters is percent-encoded (RFC 3986, 2.1)."""
    uri = quote(path.encode("utf-8", "surrogatepass"), safe="/")
    # A first segment with a colon would be a scheme, and an empty one a host (RFC 3986, 4.2); `quote` encodes colons.
    return {"uri": uri.lstrip("/"), "uriBaseId": _ROOT}


def _fix(fix: Fix, place: Place) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": {"byteOffset": edit.start, "byteLength": edit.end - edit.start},
            "insertedContent": {"binary": base64.b64encode(edit.replacement.encode("utf-8", "replace")).decode()},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(place.path or _MESSAGE_FILE), "replacements": replacements}
    safety = "safe" if fix.safe else "to be reviewed"
    return {"description": message(f"{fix.description} ({safety})"), "artifactChanges": [change]}


def _suppression(waiver: Reason) -> dict[str, Any]:
    envelope = {"properties": {"waiver": waiver.waiver}} if waiver.waiver else {}
    return {"kind": "external", "status": "accepted", "justification": visible(waiver.message), **envelope}


def _invocation(report: Report, index: Mapping[str, int], found: int) -> dict[str, Any]:
    notifications = [_not_run(item, index) for item in facts.unevaluated(report)]
    notifications += [{"level": "note", "message": message(text)} for text in _remarks(report, found)]
    return {
        "executionSuccessful": not facts.unevaluated(report),
        "exitCode": report.exit_code,
        "toolExecutionNotifications": notifications,
    }


def _not_run(item: RuleOutcome, index: Mapping[str, int]) -> dict[str, Any]:
    return {
        "level": "error" if item.outcome is Outcome.ERROR else "warning",
        "message": message(f"{item.rule} was not evaluated: {item.reason or 'no reason was given'}"),
        "associatedRule": {"id": item.rule, "index": index[item.rule]},
    }


def _remarks(report: Report, found: int) -> Iterator[str]:
    yield from report.notices
    for reason, paths in facts.skipped_by_reason(report.inspection.skipped).items():
        yield f"{count(len(paths), 'file')} not inspected: {reason}"
    if found > MAX_RESULTS:
        yield f"{found - MAX_RESULTS} results were left out: {MAX_RESULTS} are the most a run may have"


def _properties(report: Report) -> dict[str, Any]:
    properties: dict[str, Any] = {"scope": report.scope, "scanned_files": report.inspection.scanned.files}
    properties["outcomes"] = {item.rule: str(item.outcome) for item in facts.outcomes(report)}
    if report.decision:
        properties |= {"verdict": str(report.decision.verdict), "decision": report.decision_digest}
    return properties
