"""The risk of a change: an input to policy, never a verdict."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one feature adds to the score. Contributions and the model's base sum to the score."""

    feature: str
    value: int
    ppm: int
    """Signed, in millionths."""
    sentence: str
    """The same in words, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskModel:
    """Which model scored."""

    name: str
    version: str
    digest: str
    """sha256 of the model's parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The risk of one change."""

    score_ppm: int
    """0 to 1,000,000."""
    percentile: int | None
    """Among the repository's recent commits, 0 to 100; None where the model knows no history."""
    criticality: str
    """`none`, `low`, `medium` or `high`, by rule from what is touched, never learned."""
    model: RiskModel
    contributions: tuple[Contribution, ...]
