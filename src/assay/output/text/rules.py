"""How the rules came out, and what nobody looked at."""

from collections.abc import Iterator, Sequence

from assay.model.finding import RuleOutcome
from assay.model.outcome import Outcome
from assay.model.report import Report
from assay.output import facts
from assay.output.terminal import Style, Terminal
from assay.output.verdict import count

WORDS = {
    Outcome.PASS: "passed",
    Outcome.FAIL: "failed",
    Outcome.WAIVED: "waived",
    Outcome.NOT_EVALUATED: "not evaluated",
    Outcome.ERROR: "in error",
}
_STYLES = {Outcome.NOT_EVALUATED: Style.CAUTION, Outcome.ERROR: Style.BAD}
# One reason often stops a whole family: its rules are named up to here, then counted.
_MAX_NAMED = 6
_MAX_PATHS = 3


def rules(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield the number of rules by outcome, and every rule that was not evaluated with its reason."""
    counts = facts.outcome_counts(report)
    if not facts.outcomes(report):
        return
    yield from terminal.heading("Rules", ", ".join(f"{counts[key]:,} {WORDS[key]}" for key in Outcome if counts[key]))
    for (outcome, reason), items in _by_reason(facts.unevaluated(report)).items():
        names = ", ".join(item.rule for item in items[:_MAX_NAMED])
        names += f" and {len(items) - _MAX_NAMED} more" if len(items) > _MAX_NAMED else ""
        yield f"  {terminal.paint(_STYLES[outcome], WORDS[outcome])}"
        yield from terminal.paragraph(terminal.text(names), indent=4)
        yield from terminal.paragraph(terminal.text(f"because {reason}"), indent=6, style=Style.DIM)


def _by_reason(items: Sequence[RuleOutcome]) -> dict[tuple[Outcome, str], list[RuleOutcome]]:
    grouped: dict[tuple[Outcome, str], list[RuleOutcome]] = {}
    for item in items:
        grouped.setdefault((item.outcome, item.reason or "no reason was given"), []).append(item)
    return grouped


def skipped(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield the files that no inspector read, by reason."""
    inspection = report.inspection
    if not inspection.skipped:
        return
    yield from terminal.heading(
        "Not inspected", f"{count(len(inspection.skipped), 'file')}; {inspection.scanned.files:,} read"
    )
    for reason, paths in facts.skipped_by_reason(inspection.skipped).items():
        named = ", ".join(paths[:_MAX_PATHS]) + (
            f" and {len(paths) - _MAX_PATHS} more" if len(paths) > _MAX_PATHS else ""
        )
        yield from terminal.paragraph(terminal.text(f"{len(paths):,} {reason}: {named}"), indent=4, first="  ")
