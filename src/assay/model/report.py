"""What renderers are given: one run of `check` or `gate`, whole, with everything a person needs to act."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.model.decision import Decision
from assay.model.finding import Inspection
from assay.model.outcome import Severity
from assay.model.risk import Risk
from assay.model.rule import Rule
from assay.model.statement import Signer
from assay.model.subject import Change
from assay.model.why import WhyNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A few lines around a finding, secrets already masked, lines cut to a bearable length."""

    first_line: int
    """Number of the first line shown, 1-based."""
    lines: tuple[str, ...]
    marked: tuple[int, int]
    """First and last line of the finding itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run. `decision` is None for `check`, which decides nothing."""

    repository: str
    """The folder's name; never a path of this machine."""
    scope: str
    """What was looked at, for people: `main..topic`, `staged changes`, `3 paths`."""
    inspection: Inspection
    rules: Mapping[str, Rule]
    """Metadata of every rule named in the inspection or the decision."""
    threshold: Severity
    """From which severity a finding fails a `check`."""
    required: tuple[str, ...] = ()
    """Families whose rules must all have been evaluated."""
    excerpts: Mapping[str, Excerpt] = field(default_factory=dict)
    """Fingerprint to excerpt; not every finding has one."""
    change: Change | None = None
    risk: Risk | None = None
    decision: Decision | None = None
    decision_digest: str | None = None
    """sha256 of the decision's envelope: its name in the ledger."""
    decision_index: int | None = None
    signer: Signer | None = None
    why: WhyNode | None = None
    """The tree of reasons, where one was built; without it the decision's own reasons are shown."""
    notices: tuple[str, ...] = ()
    """Things the reader must know that are no findings: a notice about trust, a waiver that did not apply."""

    @property
    def incomplete(self) -> bool:
        """Whether a rule of a required family was not evaluated."""
        return any(
            not outcome.outcome.evaluated and outcome.rule.partition("/")[0] in self.required
            for outcome in self.inspection.outcomes
        )

    @property
    def exit_code(self) -> int:
        """The decision's; without one 2 for an incomplete check, 1 for findings at or above the threshold, else 0."""
        if self.decision is not None:
            return self.decision.exit_code
        if self.incomplete:
            return 2
        return int(any(item.severity.rank >= self.threshold.rank for item in self.inspection.findings))
