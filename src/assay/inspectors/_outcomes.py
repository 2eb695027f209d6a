"""From the reports of all files to one outcome for every rule: the worst that happened to it anywhere."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from assay.inspectors._sightings import Failure
from assay.model.finding import Finding, RuleOutcome
from assay.model.outcome import Outcome
from assay.model.rule import Rule

NOTHING_IN_SCOPE = "nothing in scope"
NOTHING_SCANNED = "nothing was scanned"


def rule_outcomes(
    rules: Mapping[str, Rule], *, concerned: Collection[str], findings: Iterable[Finding], failures: Iterable[Failure]
) -> Iterator[RuleOutcome]:
    """Yield the outcome of each of `rules`, in the order of the ids.

    Error is worse than not evaluated, that is worse than fail, and that is worse than pass; `concerned` are the
    families that looked at anything at all.
    """
    broken = {finding.rule for finding in findings}
    reasons: dict[tuple[str, Outcome], set[str]] = defaultdict(set)
    for failure in failures:
        reasons[failure.family, failure.outcome].add(failure.reason)
    for name in sorted(rules):
        family = rules[name].family
        for outcome in (Outcome.ERROR, Outcome.NOT_EVALUATED):
            if found := reasons.get((family, outcome)):
                yield RuleOutcome(rule=name, outcome=outcome, reason=_told(found))
                break
        else:
            if name in broken:
                yield RuleOutcome(rule=name, outcome=Outcome.FAIL)
            else:
                reason = None if family in concerned else NOTHING_IN_SCOPE
                yield RuleOutcome(rule=name, outcome=Outcome.PASS, reason=reason)


def _told(reasons: Collection[str]) -> str:
    first, *more = sorted(reasons)
    return f"{first} (and {len(more)} more)" if more else first
