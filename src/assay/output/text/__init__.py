"""The report for a terminal: the verdict and what to do first, the evidence after, the verdict again at the end."""

from collections.abc import Iterator

from assay.model.report import Report
from assay.output import facts
from assay.output.terminal import Style, Terminal
from assay.output.text.findings import findings
from assay.output.text.reasons import approvals, reasons
from assay.output.text.record import notices, record, risk
from assay.output.text.rules import rules, skipped
from assay.output.verdict import Summary, Tone, count, summarise

TONES = {Tone.GOOD: Style.GOOD, Tone.CAUTION: Style.CAUTION, Tone.BAD: Style.BAD}
# Columns for who must act; a longer name stands on a line of its own.
_WHO = 12


def render(report: Report, terminal: Terminal) -> str:
    """Return `report` as lines of at most `terminal.width` columns."""
    summary = summarise(report)
    sections = (
        _verdict(report, summary, terminal),
        _next(summary, terminal),
        reasons(report, terminal),
        approvals(report, terminal),
        risk(report, terminal),
        findings(report, terminal),
        rules(report, terminal),
        skipped(report, terminal),
        notices(report, terminal),
        record(report, terminal),
        _last_line(report, summary, terminal),
    )
    return terminal.document(line for section in sections for line in section)


def _verdict(report: Report, summary: Summary, terminal: Terminal) -> Iterator[str]:
    gate = f"{report.decision.gate} gate" if report.decision else "check"
    about = terminal.text(f"{report.repository}, {gate}, {report.scope}")
    yield from terminal.paragraph(about, indent=7, first=terminal.paint(Style.BOLD, "assay"))
    yield ""
    yield terminal.paint(TONES[summary.tone], summary.label)
    yield from terminal.paragraph(terminal.text(summary.sentence))


def _next(summary: Summary, terminal: Terminal) -> Iterator[str]:
    if not summary.steps:
        return
    yield from terminal.heading("What to do")
    for step in summary.steps:
        who = terminal.text(step.who)
        first = f"  {who}"
        if len(who) > _WHO:
            yield from terminal.paragraph(who, indent=2)
            first = ""
        yield from terminal.paragraph(terminal.text(step.what), indent=_WHO + 4, first=first)
        if step.command:
            yield " " * (_WHO + 4) + terminal.paint(Style.CODE, terminal.text(step.command))


def _last_line(report: Report, summary: Summary, terminal: Terminal) -> Iterator[str]:
    yield ""
    parts = [count(len(report.inspection.findings), "finding")]
    if broken := facts.unevaluated(report):
        parts.append(f"{count(len(broken), 'rule')} not evaluated")
    parts.append(f"exit code {report.exit_code}")
    label = terminal.paint(TONES[summary.tone], summary.label)
    yield from terminal.paragraph(", ".join(parts), indent=len(summary.label) + 2, first=label)
