"""The report as `assay.report/1`: everything a report holds, for programs. `docs/output.md` says what may change."""

from typing import Any

from assay._version import __version__
from assay.model.report import Report
from assay.model.wire import to_wire
from assay.output import facts
from assay.output.jsontext import dumps
from assay.output.terminal import Terminal
from assay.output.verdict import summarise

SCHEMA = "assay.report/1"


def render(report: Report, _terminal: Terminal) -> str:
    """Return `report` as a JSON text; `schemas/report-1.schema.json` describes it."""
    return dumps(document(report))


def document(report: Report) -> dict[str, Any]:
    """Return the report's members, before them what was derived: verdict in words, steps, exit code, counts."""
    whole: dict[str, Any] = to_wire(report)
    if report.change is not None:
        whole["change"]["subject"] = to_wire(report.change.subject)
    return {
        "schema": SCHEMA,
        "tool": {"name": "assay", "version": __version__},
        "exit_code": report.exit_code,
        "summary": {**to_wire(summarise(report)), **_counts(report)},
        **whole,
    }


def _counts(report: Report) -> dict[str, Any]:
    return {
        "findings": len(report.inspection.findings),
        "findings_at_threshold": facts.at_threshold(report),
        "findings_waived": sum(item.fingerprint in facts.waivers(report) for item in report.inspection.findings),
        "rules": {str(outcome): number for outcome, number in facts.outcome_counts(report).items()},
    }
