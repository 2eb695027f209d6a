"""How every rule came out, as a strip of cells for each family and as a table; and what nobody looked at."""

from collections import Counter
from collections.abc import Sequence

from assay.model.finding import RuleOutcome
from assay.model.outcome import Outcome
from assay.model.report import Report
from assay.output import facts, svg
from assay.output.html.elements import closed, code, table
from assay.output.markup import Markup, each, tag
from assay.output.text.rules import WORDS
from assay.output.verdict import count

LOOKS = {
    Outcome.PASS: "good",
    Outcome.FAIL: "bad",
    Outcome.WAIVED: "quiet",
    Outcome.NOT_EVALUATED: "caution",
    Outcome.ERROR: "bad",
}
# A repository may skip tens of thousands of files; each reason names this many, json names all.
_MAX_PATHS = 50


def rules(report: Report) -> Markup | None:
    """Return the rules by outcome: counts, strips, those that did not pass, and all of them."""
    items = facts.outcomes(report)
    if not items:
        return None
    counts = facts.outcome_counts(report)
    legend = tag("ul", (_legend(kind, counts[kind]) for kind in Outcome), class_="legend")
    families = facts.by_family(items)
    strips = tag("div", (_strip(index, *found) for index, found in enumerate(families.items())), class_="strips")
    notable = [item for item in items if item.outcome is not Outcome.PASS]
    every = closed(
        f"All {count(len(items), 'rule')}",
        _table("All rules", [i for found in families.values() for i in found], report),
    )
    return each(legend, strips, _table("Rules that did not pass", notable, report) if notable else None, every)


def _legend(kind: Outcome, number: int) -> Markup:
    cell = tag("svg", svg.shape(kind), class_="picture", width=14, height=14, viewBox="0 0 14 14", aria_hidden="true")
    return tag("li", cell, f" {number:,} {WORDS[kind]}", class_="none" if not number else None)


def _strip(index: int, family: str, found: Sequence[RuleOutcome]) -> Markup:
    return tag("div", tag("p", family, class_="code"), svg.rule_strip(f"strip-{index}", family, found))


def _table(label: str, items: Sequence[RuleOutcome], report: Report) -> Markup:
    found = Counter(finding.rule for finding in report.inspection.findings)
    rows = (
        (
            _named(item, report),
            tag("span", WORDS[item.outcome], class_=f"word {LOOKS[item.outcome]}"),
            _reason(item, found),
        )
        for item in items
    )
    return table(label, ("Rule", "Outcome", "Reason"), rows)


def _reason(item: RuleOutcome, found: Counter[str]) -> str | None:
    return item.reason or (count(found[item.rule], "finding") if found[item.rule] else None)


def _named(item: RuleOutcome, report: Report) -> Markup:
    rule = report.rules.get(item.rule)
    return each(code(item.rule), tag("span", rule.title, class_="title") if rule else None)


def skipped(report: Report) -> Markup | None:
    """Return the files that no inspector read, by reason."""
    inspection = report.inspection
    if not inspection.skipped:
        return None
    said = f"{count(len(inspection.skipped), 'file')} of the scope, beside {inspection.scanned.files:,} that were read."
    groups = facts.skipped_by_reason(inspection.skipped).items()
    return each(tag("p", said), (_group(reason, paths) for reason, paths in groups))


def _group(reason: str, paths: list[str]) -> Markup:
    more = f" and {len(paths) - _MAX_PATHS:,} more" if len(paths) > _MAX_PATHS else None
    listed = tag("ul", (tag("li", code(path)) for path in paths[:_MAX_PATHS]), tag("li", more) if more else None)
    return closed(f"{len(paths):,} {reason}", listed, opened=len(paths) <= 5)
