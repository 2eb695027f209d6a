"""What every renderer asks of a report: how rules came out, what is waived, how findings belong together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.model.decision import Decision, Reason, Requirement
from assay.model.finding import Finding, Place, RuleOutcome, Skipped
from assay.model.outcome import Outcome, Severity
from assay.model.report import Report
from assay.model.why import WhyKind, WhyNode, WhyState

SHORT = 8
"""Hex digits that name a statement on the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileGroup:
    """The findings of one place: a file, a file as an earlier commit had it, or a commit's message."""

    path: str
    commit: str | None
    findings: tuple[Finding, ...]
    """By line."""

    @property
    def title(self) -> str:
        """The place in words; the path is as it came and may hold anything."""
        return title_of(self.path, self.commit)


def title_of(path: str, commit: str | None) -> str:
    """Return what to call a place: its path, with the commit where it is not the head of the change."""
    if not path:
        return f"message of commit {commit[:12]}" if commit else "commit message"
    return f"{path} (in commit {commit[:12]})" if commit else path


def position(place: Place) -> str:
    """Return `line:column`, or nothing for a whole file."""
    return f"{place.span.line}:{place.span.column}" if place.span else ""


def where(finding: Finding) -> str:
    """Return the place of a finding on one line: `path:line:column`."""
    at = position(finding.place)
    title = title_of(finding.place.path, finding.place.commit)
    return f"{title}:{at}" if at else title


def outcomes(report: Report) -> tuple[RuleOutcome, ...]:
    """Return what became of every rule: after waivers where there is a decision."""
    return report.decision.outcomes if report.decision else report.inspection.outcomes


def outcome_counts(report: Report) -> Mapping[Outcome, int]:
    """Return the number of rules by outcome, every outcome named."""
    found = Counter(item.outcome for item in outcomes(report))
    return {outcome: found[outcome] for outcome in Outcome}


def unevaluated(report: Report) -> tuple[RuleOutcome, ...]:
    """Return the rules that did not run to their end."""
    return tuple(item for item in outcomes(report) if not item.outcome.evaluated)


def family_of(rule: str) -> str:
    """Return the part of a rule's id before the slash."""
    return rule.partition("/")[0]


def by_family(items: Iterable[RuleOutcome]) -> Mapping[str, list[RuleOutcome]]:
    """Return outcomes by family, families and rules in the order of their names."""
    families: dict[str, list[RuleOutcome]] = {}
    for item in sorted(items, key=lambda item: item.rule):
        families.setdefault(family_of(item.rule), []).append(item)
    return families


def waivers(report: Report) -> Mapping[str, Reason]:
    """Return fingerprint to the reason by which it is waived."""
    reasons = report.decision.reasons if report.decision else ()
    return {mark: reason for reason in reasons if reason.effect == "waived" for mark in reason.fingerprints}


def most_severe_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by severity, then by place."""
    return sorted(findings, key=lambda finding: (-finding.severity.rank, *_place_key(finding)))


def _place_key(finding: Finding) -> tuple[str, str, int, int, str, str]:
    span = finding.place.span
    line, column = (span.line, span.column) if span else (0, 0)
    return (finding.place.path, finding.place.commit or "", line, column, finding.rule, finding.fingerprint)


def group_by_file(findings: Iterable[Finding]) -> tuple[FileGroup, ...]:
    """Return findings by place, the place of the most severe finding first."""
    groups: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in most_severe_first(findings):
        groups.setdefault((finding.place.path, finding.place.commit), []).append(finding)
    return tuple(
        FileGroup(path=path, commit=commit, findings=tuple(sorted(found, key=_place_key)))
        for (path, commit), found in groups.items()
    )


def at_threshold(report: Report) -> int:
    """Return how many findings are at or above the threshold and not waived."""
    accepted = waivers(report)
    return sum(
        finding.severity.rank >= report.threshold.rank and finding.fingerprint not in accepted
        for finding in report.inspection.findings
    )


def severity_counts(findings: Iterable[Finding]) -> Mapping[Severity, int]:
    """Return the number of findings by severity, the most severe first, none of them zero."""
    found = Counter(finding.severity for finding in findings)
    return {severity: found[severity] for severity in reversed(Severity) if found[severity]}


def skipped_by_reason(skipped: Iterable[Skipped]) -> Mapping[str, list[str]]:
    """Return reason to the paths skipped for it, the most frequent reason first."""
    reasons: dict[str, list[str]] = {}
    for item in skipped:
        reasons.setdefault(item.reason, []).append(item.path)
    return dict(sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def obstacle(report: Report, requirement: Requirement) -> str | None:
    """Return why nobody can fulfil a requirement, as the tree of reasons has it; None where somebody can."""
    if report.decision is None or report.why is None:
        return None
    rules = (node.children for node in report.why.children if node.reference == requirement.rule)
    nodes = [node for children in rules for node in children if node.kind is WhyKind.REQUIREMENT]
    asked = [item for item in report.decision.requires if item.rule == requirement.rule]
    people = {item: _people(node) for item, node in zip(asked, nodes, strict=False)}.get(requirement, ())
    return people[0].label if len(people) == 1 and people[0].state is WhyState.BAD else None


def _people(node: WhyNode) -> tuple[WhyNode, ...]:
    return tuple(child for child in node.children if child.kind is WhyKind.PERSON)


def unmet(decision: Decision) -> tuple[Requirement, ...]:
    """Return the requirements that still wait for a person."""
    return tuple(requirement for requirement in decision.requires if not requirement.fulfilled)


def given_count(requirement: Requirement) -> int:
    """Return how many distinct people have given what is asked."""
    return len({approval.person for approval in requirement.given if approval.counted})
