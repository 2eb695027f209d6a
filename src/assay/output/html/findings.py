"""Findings by file: where, what, the code, the repair as a difference, and what the rule says of itself."""

from collections.abc import Iterable, Iterator, Mapping

from assay.model.decision import Reason
from assay.model.finding import Finding, Fix
from assay.model.outcome import Severity
from assay.model.report import Excerpt, Report
from assay.model.rule import Rule
from assay.output import facts
from assay.output.excerpts import Preview, preview, underlined
from assay.output.facts import FileGroup
from assay.output.html.elements import closed, code
from assay.output.markup import Child, Markup, each, tag
from assay.output.plain import code_line
from assay.output.verdict import count

# A browser stays quick up to some thousands of excerpts, a reader to far fewer; json holds them all.
MAX_SHOWN = 1_000
# More files than this start closed, so that the rest of the page is not out of reach.
MAX_OPEN = 10

_LOOKS = {
    Severity.CRITICAL: "bad",
    Severity.HIGH: "bad",
    Severity.MEDIUM: "caution",
    Severity.LOW: "quiet",
    Severity.INFO: "quiet",
}
_SIGNS = {"-": "removed", "+": "added", " ": None}


def shown(report: Report) -> list[Finding]:
    """Return the findings that have a place on the page, the most severe first."""
    return facts.most_severe_first(report.inspection.findings)[:MAX_SHOWN]


def anchor(finding: Finding) -> str:
    """Return the id of a finding's place on the page."""
    return f"f-{finding.fingerprint[:16]}"


def findings(report: Report) -> Markup | None:
    """Return the findings by file, the worst file first; what is left out is counted."""
    found = report.inspection.findings
    if not found:
        return None
    accepted = facts.waivers(report)
    groups = facts.group_by_file(shown(report))
    left_out = len(found) - min(len(found), MAX_SHOWN)
    more = (
        tag("p", f"{count(left_out, 'more finding')}, none more severe, are in the JSON report.") if left_out else None
    )
    return each(
        _counts(found, accepted), (_file(group, index, report, accepted) for index, group in enumerate(groups)), more
    )


def _counts(found: Iterable[Finding], accepted: Mapping[str, Reason]) -> Markup:
    parts = [f"{number:,} {severity}" for severity, number in facts.severity_counts(found).items()]
    waived = sum(finding.fingerprint in accepted for finding in found)
    return tag("p", ", ".join([*parts, f"{waived} of them waived"] if waived else parts), class_="quiet")


def _file(group: FileGroup, index: int, report: Report, accepted: Mapping[str, Reason]) -> Markup:
    title = tag("h3", tag("span", group.title, class_="code"), tag("span", f" {len(group.findings)}", class_="quiet"))
    articles = (_finding(finding, report, accepted.get(finding.fingerprint)) for finding in group.findings)
    return closed(title, articles, opened=index < MAX_OPEN)


def _finding(finding: Finding, report: Report, waiver: Reason | None) -> Markup:
    excerpt = report.excerpts.get(finding.fingerprint)
    look = "quiet" if waiver else _LOOKS[finding.severity]
    at = facts.position(finding.place)
    line = each(" at ", tag("span", at, class_="code")) if at else None
    return tag(
        "article",
        tag("h4", tag("span", str(finding.severity), class_=f"word {look}"), " ", code(finding.rule), line),
        tag("p", finding.message),
        tag("p", tag("strong", "Waived"), " ", waiver.message, class_="note") if waiver else None,
        _excerpt(finding, excerpt) if excerpt else None,
        _fix(finding.fix, preview(finding, excerpt)) if finding.fix else None,
        _about(finding, report.rules.get(finding.rule)),
        id=anchor(finding),
        class_="finding",
    )


def _excerpt(finding: Finding, excerpt: Excerpt) -> Markup:
    mark = underlined(finding, excerpt)
    first, last = excerpt.marked
    rows = []
    for number, line in enumerate(excerpt.lines, excerpt.first_line):
        marked = first <= number <= last
        text: Child = code_line(line)
        if mark and number == first:
            start, end = mark
            text = each(code_line(line[:start]), tag("mark", code_line(line[start:end])), code_line(line[end:]))
        rows.append(_row(str(number), text, "marked" if marked else None))
    return tag("pre", tag("code", rows), class_="excerpt")


def _row(lead: str, text: Child, look: str | None) -> Markup:
    return tag(
        "span", tag("span", lead, class_="lead"), tag("span", text, class_="text"), class_=f"row {look or ''}".strip()
    )


def _fix(fix: Fix, seen: Preview | None) -> Iterator[Markup]:
    kind = "Safe fix" if fix.safe else "Fix, to be reviewed"
    yield tag("p", tag("strong", kind), " ", fix.description)
    if seen:
        rows = (_row(sign, code_line(line), _SIGNS[sign]) for sign, line in seen.rows())
        yield tag("pre", tag("code", rows), class_="excerpt")
    elif fix.edits:
        yield tag("ul", (_edit(edit.start, edit.end, edit.replacement) for edit in fix.edits), class_="quiet")


def _edit(start: int, end: int, replacement: str) -> Markup:
    what = f"insert at byte {start:,} " if start == end else f"replace bytes {start:,} to {end:,} by "
    return tag("li", what, code(replacement) if replacement else "nothing")


def _about(finding: Finding, rule: Rule | None) -> Markup:
    known = [tag("p", rule.why), tag("p", tag("strong", "Remedy"), " ", rule.remedy)] if rule else []
    controls = finding.controls or (rule.controls if rule else ())
    return closed(
        "About this finding",
        known,
        tag("p", tag("strong", "Controls"), " ", ", ".join(controls)) if controls else None,
        tag("p", f"Confidence {finding.confidence}. Fingerprint ", code(finding.fingerprint)),
    )
