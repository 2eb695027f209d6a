"""What an approver reads first: who must act and how, why, and who has already signed what."""

from collections.abc import Iterator

from assay.model.decision import GivenApproval, Reason, Requirement
from assay.model.finding import Finding
from assay.model.report import Report
from assay.model.why import WhyKind, WhyNode
from assay.output import facts
from assay.output.html.elements import code, command, table, when
from assay.output.html.findings import anchor, shown
from assay.output.markup import Child, Markup, each, tag
from assay.output.verdict import Summary, count

_EFFECTS = {
    "deny": ("bad", "denies"),
    "incomplete": ("bad", "incomplete"),
    "require": ("caution", "requires"),
    "warn": ("caution", "warns"),
    "waived": ("quiet", "waived"),
}


def next_steps(summary: Summary) -> Markup | None:
    """Return who must act, what they do, and the command for it."""
    if not summary.steps:
        return None
    steps = (
        tag("li", tag("p", tag("strong", step.who), ": ", step.what), command(step.command) if step.command else None)
        for step in summary.steps
    )
    return tag("ol", steps, class_="steps")


def reasons(report: Report) -> Markup | None:
    """Return the tree of reasons; without one, the reasons of the decision with their findings below them."""
    if report.why is not None:
        return tag("ul", _node(report.why, _places(report)), class_="tree")
    if report.decision is None or not report.decision.reasons:
        return None
    places = _places(report)
    return tag("ul", (_reason(reason, places) for reason in report.decision.reasons), class_="tree")


def _places(report: Report) -> dict[str, Finding]:
    return {finding.fingerprint: finding for finding in shown(report)}


def _reason(reason: Reason, places: dict[str, Finding]) -> Markup:
    look, word = _EFFECTS.get(reason.effect, ("quiet", reason.effect))
    found = [tag("li", _link(places[mark])) for mark in reason.fingerprints if mark in places]
    waiver = each(" (waiver ", code(reason.waiver[: facts.SHORT]), ")") if reason.waiver else None
    path = each(" ", code(reason.path)) if reason.path and not found else None
    line = tag("p", tag("span", word, class_=f"word {look}"), " ", code(reason.rule), path)
    return tag("li", line, tag("p", reason.message, waiver), tag("ul", found) if found else None)


def _link(finding: Finding) -> Markup:
    return tag("a", facts.where(finding), href=f"#{anchor(finding)}", class_="code")


def _node(node: WhyNode, places: dict[str, Finding]) -> Markup:
    children = tag("ul", (_node(child, places) for child in node.children)) if node.children else None
    if node.kind is WhyKind.COMMAND:
        return tag("li", command(node.label), class_="bare")
    finding = places.get(node.reference or "") if node.kind is WhyKind.FINDING else None
    place = _link(finding) if finding else code(node.path) if node.path and node.path not in node.label else None
    label = tag("strong" if node.kind is WhyKind.VERDICT else "span", node.label)
    return tag("li", tag("p", label, each(" ", place) if place else None), children, class_=f"state {node.state}")


def approvals(report: Report) -> Markup | None:
    """Return what each rule asks of people, and each approval as 21 CFR 11.50 wants it shown: name, time, meaning."""
    if report.decision is None or not report.decision.requires:
        return None
    return each(_requirement(requirement) for requirement in report.decision.requires)


def _requirement(requirement: Requirement) -> Iterator[Markup]:
    given = facts.given_count(requirement)
    look, word = ("good", "complete") if requirement.fulfilled else ("caution", f"{given} of {requirement.count}")
    role = requirement.role or "anyone with a personal key"
    yield tag("h3", tag("span", word, class_=f"word {look}"), f" {requirement.meaning.capitalize()}: {role}")
    asked = f"{count(requirement.count, 'person', 'people')} must sign. {requirement.message}"
    yield tag("p", asked, " (", code(requirement.rule), ")")
    if requirement.given:
        heads = ("Printed name", "Meaning", "Time", "Counted", "Statement")
        yield table(f"Approvals for {requirement.rule}", heads, map(_given, requirement.given))


def _given(given: GivenApproval) -> tuple[Child, ...]:
    counted = "yes" if given.counted else f"no: {given.reason or 'no reason given'}"
    name = each(given.name, " ", tag("span", given.person, class_="quiet"))
    return (name, str(given.meaning), when(given.at), counted, code(given.envelope[: facts.SHORT]))


def notices(report: Report) -> Markup | None:
    """Return what the reader must know that is no finding."""
    return tag("ul", (tag("li", notice) for notice in report.notices)) if report.notices else None
