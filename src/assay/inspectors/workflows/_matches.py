"""Matches at nodes."""

from assay.inspectors._base import Match
from assay.model.finding import Fix
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule
from assay.source import yaml


def match_at(
    rule: Rule,
    node: yaml.Node,
    message: str,
    *,
    anchor: str,
    severity: Severity | None = None,
    confidence: Confidence = Confidence.HIGH,
    fix: Fix | None = None,
) -> Match:
    """Return the match of `rule` at `node`; `anchor` is the object path that keeps its identity."""
    return Match(
        rule=rule.id,
        start=node.start,
        end=node.end,
        message=message,
        anchor=anchor,
        severity=severity,
        confidence=confidence,
        fix=fix,
    )
