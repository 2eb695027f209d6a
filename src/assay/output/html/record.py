"""Where the decision stands in the ledger, what it rests on, and how anybody can check both."""

from collections.abc import Iterator

from assay.model.decision import Decision
from assay.model.report import Report
from assay.output.html.elements import closed, code, command, facts, when
from assay.output.markup import Child, Markup, each, tag
from assay.output.verdict import why_command


def record(report: Report) -> Markup | None:
    """Return the decision's place in the ledger and the commands that verify it."""
    if (decision := report.decision) is None:
        return None
    commands = [("Every entry against the signed checkpoint", "assay ledger verify --payloads")]
    if why := why_command(report):
        commands.append(("The reasons again, decided anew from the ledger", f"{why} --replay"))
    checks = (tag("li", tag("p", title), command(text)) for title, text in commands)
    return each(
        facts(_position(report, decision)),
        tag("h3", "How to check it"),
        tag("ul", checks, class_="steps"),
        closed("What the decision rests on", facts(_grounds(decision))),
    )


def _position(report: Report, decision: Decision) -> Iterator[tuple[str, Child]]:
    if report.decision_digest:
        yield "Decision", code(report.decision_digest)
    if report.decision_index is not None:
        yield "Entry", f"{report.decision_index:,}"
    yield "Ledger", code(decision.checkpoint.origin)
    yield "Read at size", f"{decision.checkpoint.size:,}"
    yield "Root", code(decision.checkpoint.root)
    yield "Decided", when(decision.at)
    if signer := report.signer:
        person = f" of {signer.person}" if signer.person else ""
        yield "Signed by", each(f"{signer.key_class} key{person} ", code(signer.keyid))


def _grounds(decision: Decision) -> Iterator[tuple[str, Child]]:
    commit = each(" at ", code(decision.policy.commit)) if decision.policy.commit else None
    yield "Policy", each(code(decision.policy.ref), commit)
    for pack, digest in decision.policy.digests.items():
        yield f"Pack {pack}", code(digest)
    yield "Engine", decision.engine
    yield "Exact input", code(decision.input)
    yield "Strategy", decision.strategy
    yield "Evidence", tag("ul", (tag("li", code(item)) for item in decision.evidence)) if decision.evidence else "none"
