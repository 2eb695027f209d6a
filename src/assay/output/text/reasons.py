"""Why a gate decided as it did, and the approvals it saw."""

from collections.abc import Iterator

from assay.model.decision import GivenApproval, Reason, Requirement
from assay.model.report import Report
from assay.output import facts
from assay.output.terminal import Style, Terminal
from assay.output.verdict import count

# What a reason does to the verdict: its word, and how it looks.
_EFFECTS = {
    "deny": ("denies", Style.BAD),
    "incomplete": ("incomplete", Style.BAD),
    "require": ("requires", Style.CAUTION),
    "warn": ("warns", Style.CAUTION),
    "waived": ("waived", Style.DIM),
}
_INDENT = 14


def reasons(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield the reasons of the decision, in its order."""
    if report.decision is None or not report.decision.reasons:
        return
    yield from terminal.heading("Why")
    for reason in report.decision.reasons:
        yield from _reason(reason, terminal)


def _reason(reason: Reason, terminal: Terminal) -> Iterator[str]:
    word, style = _EFFECTS.get(reason.effect, (terminal.text(reason.effect), Style.PLAIN))
    lead = f"  {terminal.paint(style, word)}"
    yield from terminal.paragraph(terminal.text(reason.rule), indent=_INDENT, first=lead, style=Style.BOLD)
    yield from terminal.paragraph(terminal.text(reason.message), indent=_INDENT)
    aside = [terminal.text(reason.path)] if reason.path else []
    aside += [count(len(reason.fingerprints), "finding")] if reason.fingerprints else []
    aside += [f"waiver {reason.waiver[: facts.SHORT]}"] if reason.waiver else []
    if aside:
        yield from terminal.paragraph(", ".join(aside), indent=_INDENT, style=Style.DIM)


def approvals(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield what each rule asks of people, and every approval that was looked at, counted or not."""
    if report.decision is None or not report.decision.requires:
        return
    waiting = len(facts.unmet(report.decision))
    yield from terminal.heading("Approvals", f"{waiting} of {len(report.decision.requires)} still wait")
    for requirement in report.decision.requires:
        yield from _requirement(requirement, terminal)


def _requirement(requirement: Requirement, terminal: Terminal) -> Iterator[str]:
    mark, style = ("✓", Style.GOOD) if requirement.fulfilled else ("○", Style.CAUTION)
    role = requirement.role or "anyone with a personal key"
    text = f"{requirement.meaning} by {count(requirement.count, 'person', 'people')}: {role}"
    text += f" ({facts.given_count(requirement)} given, {requirement.rule})"
    lead = f"  {terminal.paint(style, terminal.glyphs(mark))}"
    yield from terminal.paragraph(terminal.text(text), indent=4, first=lead)
    for given in requirement.given:
        yield from _given(given, terminal)


def _given(given: GivenApproval, terminal: Terminal) -> Iterator[str]:
    text = f"{given.name} ({given.person}), {given.at}, {given.meaning}"
    text += ", counted" if given.counted else f", not counted: {given.reason or 'no reason given'}"
    style = Style.PLAIN if given.counted else Style.DIM
    yield from terminal.paragraph(terminal.text(text), indent=6, style=style)
