"""The risk: a bar of what adds up to it, and the same in words."""

from assay.model.report import Report
from assay.output import svg
from assay.output.html.elements import code, facts
from assay.output.markup import Child, Markup, each, tag
from assay.output.verdict import points


def risk(report: Report) -> Markup | None:
    """Return the score, its picture, and one row for each thing that moved it."""
    if (found := report.risk) is None:
        return None
    among = f"Above {found.percentile} % of recent commits. " if found.percentile is not None else ""
    rows = (_row(item) for item in svg.segments(found))
    head = tag("tr", (tag("th", text, scope="col") for text in ("Points", "Because", "On the scale")))
    model = each(f"{found.model.name} {found.model.version}, ", code(found.model.digest))
    named: list[tuple[str, Child]] = [("Criticality", found.criticality), ("Model", model)]
    return each(
        tag("p", tag("strong", f"{points(found.score_ppm)} of 100."), f" {among}The score is advice to the policy."),
        svg.risk_bar(found),
        tag("table", tag("thead", head), tag("tbody", rows), class_="contributions"),
        facts(named),
    )


def _row(item: svg.Segment) -> Markup:
    points = tag("td", f"{item.ppm / 10_000:+.1f}", class_="number")
    return tag("tr", points, tag("th", item.label, scope="row"), tag("td", svg.contribution_bar(item), class_="bar"))
