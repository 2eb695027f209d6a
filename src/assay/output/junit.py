"""The report as JUnit XML: a suite for each family, a case for each rule, so that any CI system shows what was judged.

The dialect is the one CI systems agree on (`testsuites/testsuite/testcase` with `failure`, `error` or `skipped`).
A rule that was not evaluated is an `error`: systems show `skipped` as harmless, and it is not.
"""

from assay.model.finding import Finding, RuleOutcome
from assay.model.outcome import Outcome
from assay.model.report import Report
from assay.output import facts
from assay.output.markup import Markup, each, raw, tag
from assay.output.terminal import Terminal
from assay.output.verdict import summarise

_DECLARATION = raw('<?xml version="1.0" encoding="UTF-8"?>\n')
_BREAK = raw("\n")
# More lines in one message are not read, and some systems refuse a file for the length of one message.
MAX_PLACES = 100

Found = dict[str, list[Finding]]


def render(report: Report, _terminal: Terminal) -> str:
    """Return `report` as an XML text: well formed whatever the report holds, for everything unprintable is escaped."""
    found: Found = {}
    for finding in facts.most_severe_first(report.inspection.findings):
        found.setdefault(finding.rule, []).append(finding)
    items = facts.outcomes(report)
    suites = [_suite(family, rules, found, report) for family, rules in facts.by_family(items).items()]
    whole = RuleOutcome(rule="assay/verdict", outcome=_verdict_outcome(report))
    suites.append(tag("testsuite", _BREAK, _verdict(report, whole), _BREAK, name="assay", **_numbers((whole,))))
    body = each(_BREAK, ([suite, _BREAK] for suite in suites))
    numbers = _numbers((*items, whole))
    return each(_DECLARATION, tag("testsuites", body, name=f"assay {report.scope}", **numbers), _BREAK)


def _verdict_outcome(report: Report) -> Outcome:
    """Return the run as one more case: a verdict no rule failed for (an approval that is missing) must be seen too."""
    return {0: Outcome.PASS, 2: Outcome.ERROR}.get(report.exit_code, Outcome.FAIL)


def _verdict(report: Report, whole: RuleOutcome) -> Markup:
    summary = summarise(report)
    kinds = {Outcome.FAIL: "failure", Outcome.ERROR: "error"}
    kind = kinds.get(whole.outcome)
    result = tag(kind, message=summary.sentence, type=summary.label) if kind else None
    return tag("testcase", result, name="verdict", classname="assay")


def _numbers(items: tuple[RuleOutcome, ...] | list[RuleOutcome]) -> dict[str, int]:
    kinds = [item.outcome for item in items]
    return {
        "tests": len(kinds),
        "failures": kinds.count(Outcome.FAIL),
        "errors": kinds.count(Outcome.ERROR) + kinds.count(Outcome.NOT_EVALUATED),
        "skipped": kinds.count(Outcome.WAIVED),
    }


def _suite(family: str, rules: list[RuleOutcome], found: Found, report: Report) -> Markup:
    cases = ([_case(item, found.get(item.rule, []), report), _BREAK] for item in rules)
    stamp = report.decision.at.removesuffix("Z") if report.decision else None
    return tag("testsuite", _BREAK, cases, name=f"assay.{family}", timestamp=stamp, **_numbers(rules))


def _case(item: RuleOutcome, found: list[Finding], report: Report) -> Markup:
    first = found[0].place if found else None
    return tag(
        "testcase",
        _result(item, found, report),
        name=item.rule,
        classname=f"assay.{facts.family_of(item.rule)}",
        file=(first.path or None) if first else None,
        line=first.span.line if first and first.span else None,
    )


def _result(item: RuleOutcome, found: list[Finding], report: Report) -> Markup | None:
    rule = report.rules.get(item.rule)
    title = rule.title if rule else item.rule
    match item.outcome:
        case Outcome.PASS:
            return None
        case Outcome.FAIL:
            severity = found[0].severity if found else (rule.severity if rule else None)
            return tag("failure", _places(found), message=title, type=severity)
        case Outcome.WAIVED:
            return tag("skipped", message=f"waived: {item.reason or title}")
        case Outcome.NOT_EVALUATED | Outcome.ERROR:
            return tag("error", message=item.reason or "no reason was given", type=item.outcome)


def _places(found: list[Finding]) -> Markup:
    lines = [f"{facts.where(finding)}: {finding.severity}: {finding.message}" for finding in found[:MAX_PLACES]]
    if len(found) > MAX_PLACES:
        lines.append(f"and {len(found) - MAX_PLACES} more")
    return each([line, _BREAK] for line in lines)
