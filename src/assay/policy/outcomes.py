"""Which of two outcomes of one rule stands."""

from assay.model.finding import RuleOutcome
from assay.model.outcome import Outcome

WORST_FIRST = (Outcome.ERROR, Outcome.NOT_EVALUATED, Outcome.FAIL, Outcome.WAIVED, Outcome.PASS)


def worse(one: RuleOutcome, other: RuleOutcome) -> RuleOutcome:
    """Return the worse of two outcomes of the same rule; `one` where they are alike."""
    return other if WORST_FIRST.index(other.outcome) < WORST_FIRST.index(one.outcome) else one
