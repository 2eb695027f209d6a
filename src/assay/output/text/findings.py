"""Findings by file, each with its excerpt, a line of carets, and what can be done about it."""

from collections.abc import Iterator, Mapping

from assay.model.decision import Reason
from assay.model.finding import Finding
from assay.model.outcome import Severity
from assay.model.report import Excerpt, Report
from assay.output import facts
from assay.output.excerpts import underlined
from assay.output.plain import TAB, cells, cut, cut_start
from assay.output.terminal import Style, Terminal
from assay.output.verdict import count

# Nobody reads more on a terminal, and what scrolls away hides the verdict; json and html hold them all.
MAX_SHOWN = 100
# An excerpt is five lines; beyond this many, places are enough.
MAX_EXCERPTS = 25

SEVERITIES = {
    Severity.CRITICAL: Style.BAD,
    Severity.HIGH: Style.BAD,
    Severity.MEDIUM: Style.CAUTION,
    Severity.LOW: Style.PLAIN,
    Severity.INFO: Style.DIM,
}
_INDENT = 4


def findings(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield the findings by file, the most severe file first; what is cut is counted."""
    found = report.inspection.findings
    if not found:
        return
    accepted = facts.waivers(report)
    yield from terminal.heading("Findings", _counts(report, accepted))
    shown = facts.most_severe_first(found)[:MAX_SHOWN]
    excerpted = {finding.fingerprint for finding in shown[:MAX_EXCERPTS]}
    for group in facts.group_by_file(shown):
        yield ""
        title = cut_start(terminal.text(group.title), terminal.width - 2, terminal.ellipsis)
        yield "  " + terminal.paint(Style.BOLD, title)
        for finding in group.findings:
            excerpt = report.excerpts.get(finding.fingerprint) if finding.fingerprint in excerpted else None
            yield from _finding(finding, excerpt, accepted.get(finding.fingerprint), terminal)
    if len(found) > len(shown):
        yield ""
        more = f"and {count(len(found) - len(shown), 'finding')} more, none more severe; --format json or html has all"
        yield from terminal.paragraph(more, indent=2, style=Style.DIM)


def _counts(report: Report, accepted: Mapping[str, Reason]) -> str:
    parts = [f"{number:,} {severity}" for severity, number in facts.severity_counts(report.inspection.findings).items()]
    waived = sum(finding.fingerprint in accepted for finding in report.inspection.findings)
    return ", ".join([*parts, f"{waived} of them waived"] if waived else parts)


def _finding(finding: Finding, excerpt: Excerpt | None, waiver: Reason | None, terminal: Terminal) -> Iterator[str]:
    style = Style.DIM if waiver else SEVERITIES[finding.severity]
    at = facts.position(finding.place)
    lead = f"{' ' * _INDENT}{terminal.paint(Style.DIM, at)}{'  ' if at else ''}"
    lead += terminal.paint(style, str(finding.severity))
    indent = _INDENT + (len(at) + 2 if at else 0) + len(finding.severity) + 2
    name = f"{terminal.text(finding.rule)}  {finding.fingerprint[: facts.SHORT]}"
    yield from terminal.paragraph(name, indent=indent, first=lead)
    yield from terminal.paragraph(terminal.text(finding.message), indent=_INDENT + 2)
    if excerpt:
        yield from _excerpt(finding, excerpt, terminal)
    if waiver:
        yield from terminal.paragraph(terminal.text(f"waived: {waiver.message}"), indent=_INDENT + 2, style=Style.GOOD)
    if finding.fix:
        kind = "safe fix" if finding.fix.safe else "fix, to be reviewed"
        yield from terminal.paragraph(terminal.text(f"{kind}: {finding.fix.description}"), indent=_INDENT + 2)


def _excerpt(finding: Finding, excerpt: Excerpt, terminal: Terminal) -> Iterator[str]:
    digits = len(str(excerpt.first_line + len(excerpt.lines) - 1))
    bar = terminal.glyphs("│")
    room = terminal.width - _INDENT - digits - 5
    mark = underlined(finding, excerpt)
    for number, line in enumerate(excerpt.lines, excerpt.first_line):
        gutter = f"{' ' * (_INDENT + 2)}{number:>{digits}} {bar} "
        yield terminal.paint(Style.DIM, gutter) + cut(_code(line, terminal), room, terminal.ellipsis)
        if mark and number == excerpt.marked[0]:
            before, marked = (cells(_code(part, terminal)) for part in (line[: mark[0]], line[mark[0] : mark[1]]))
            if before < room:
                carets = "^" * max(1, min(marked, room - before))
                gutter = f"{' ' * (_INDENT + 2 + digits)} {bar} "
                yield terminal.paint(Style.DIM, gutter) + " " * before + terminal.paint(Style.BAD, carets)


def _code(line: str, terminal: Terminal) -> str:
    return terminal.text(line.replace("\t", " " * TAB))
