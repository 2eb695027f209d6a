"""What every risk model is given and what it must return."""

from dataclasses import dataclass
from typing import Protocol

from assay.model.risk import Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What can be counted in a change without its history. All are counts, none can be negative."""

    lines_added: int
    lines_deleted: int
    files: int
    directories: int
    """Distinct folders touched: how far the change is spread."""
    sensitive_files: int
    """Files that decide how software is built, deployed, or let in (see `assay.risk.criticality`)."""
    binary_files: int
    code_files: int
    test_files: int


class Scorer(Protocol):
    """A risk model. The same features and criticality always give the same `Risk`."""

    def score(self, features: Features, criticality: str) -> Risk:
        """Return the risk; the contributions and the model's base sum to `score_ppm`."""
        ...
