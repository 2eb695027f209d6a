"""The risk with its reasons, the notices, and where the decision stands in the record."""

from collections.abc import Iterator

from assay.model.decision import Decision
from assay.model.report import Report
from assay.output import facts
from assay.output.terminal import Style, Terminal
from assay.output.verdict import points, why_command

# What the largest contributions leave out is summed in one line.
MAX_CONTRIBUTIONS = 5
_BAR = 30
_LABEL = 12


def risk(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield the score, a bar, and what adds most to it."""
    if (risk := report.risk) is None:
        return
    aside = f"{points(risk.score_ppm)} of 100, criticality {risk.criticality}"
    if risk.percentile is not None:
        aside += f", above {risk.percentile} % of recent commits"
    yield from terminal.heading("Risk", terminal.text(aside))
    filled = round(_BAR * risk.score_ppm / 1_000_000)
    bar = "█" * filled + "░" * (_BAR - filled)
    yield f"  {terminal.glyphs(bar)}"
    largest = sorted(risk.contributions, key=lambda item: (-abs(item.ppm), item.feature))
    shown, rest = largest[:MAX_CONTRIBUTIONS], largest[MAX_CONTRIBUTIONS:]
    for item in shown:
        yield from terminal.paragraph(terminal.text(item.sentence), indent=10, first=f"  {item.ppm / 10_000:>+6.1f}")
    base = risk.score_ppm - sum(item.ppm for item in risk.contributions)
    others = f"{len(rest)} smaller and the model's base" if rest else "the model's base"
    total = (base + sum(item.ppm for item in rest)) / 10_000
    yield from terminal.paragraph(others, indent=10, first=f"  {total:>+6.1f}", style=Style.DIM)


def notices(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield what the reader must know that is no finding."""
    texts = list(report.notices)
    if report.decision is not None and report.decision.advisory:
        texts.insert(0, "This decision was made with a local key: it is advice, and the server decides again.")
    if not texts:
        return
    yield from terminal.heading("Note")
    for text in texts:
        yield from terminal.paragraph(terminal.text(text), indent=4, first=terminal.glyphs("  •"))


def record(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield the decision's name and place in the ledger, and how to check both."""
    if (decision := report.decision) is None:
        return
    yield from terminal.heading("Record")
    for label, text in _positions(report, decision):
        yield from terminal.paragraph(terminal.text(text), indent=_LABEL, first=f"  {label}")
    for label, command in (("verify", "assay ledger verify"), ("explain", why_command(report))):
        if command:
            yield f"  {label}".ljust(_LABEL) + terminal.paint(Style.CODE, command)


def _positions(report: Report, decision: Decision) -> Iterator[tuple[str, str]]:
    if report.decision_digest:
        yield "decision", report.decision_digest
    entry = f"entry {report.decision_index:,} of " if report.decision_index is not None else ""
    yield "ledger", f"{entry}{decision.checkpoint.origin}"
    yield "read", f"{decision.checkpoint.size:,} entries, root {decision.checkpoint.root}"
    yield "policy", f"{decision.policy.ref}{f' at {decision.policy.commit[:12]}' if decision.policy.commit else ''}"
    yield "at", f"{decision.at}, by {decision.engine}{_signer(report)}"


def _signer(report: Report) -> str:
    if (signer := report.signer) is None:
        return ""
    person = f" of {signer.person}" if signer.person else ""
    return f", {signer.key_class} key {signer.keyid[: facts.SHORT]}{person}"
