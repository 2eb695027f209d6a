"""Which of two outcomes of one rule stands, and what is said of one that says nothing of itself."""

from assay.model.finding import RuleOutcome
from assay.model.outcome import Outcome

NO_REASON = "no reason was given"

WORST_FIRST = (Outcome.ERROR, Outcome.NOT_EVALUATED, Outcome.FAIL, Outcome.WAIVED, Outcome.PASS)


def worse(one: RuleOutcome, other: RuleOutcome) -> RuleOutcome:
    """Return the worse of two outcomes of the same rule; `one` where they are alike."""
    return other if WORST_FIRST.index(other.outcome) < WORST_FIRST.index(one.outcome) else one
