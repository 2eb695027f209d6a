"""A risk score anyone can check with a pencil: a base and seven capped terms that sum to the score.

Size and spread are the features that predict defects best across projects when nothing else is known (Kamei et al.
2013, "A large-scale empirical study of just-in-time quality assurance", IEEE TSE 39(6)); lines added alone is a
baseline that trained models find hard to beat (Zeng et al. 2021, "Deep just-in-time defect prediction: how far are
we?", ISSTA).
The weights are chosen, not learned: the score orders changes, it is not a probability.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from assay.model.jcs import canonical
from assay.model.risk import Contribution, Risk, RiskModel
from assay.risk._base import Features

NAME = "rule-of-thumb"
VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """In millionths. The base and all caps together make 1,000,000, so no score is ever cut off."""

    base: int = 50_000
    lines_added_each_doubling: int = 35_000
    lines_added_cap: int = 350_000
    lines_deleted_each_doubling: int = 10_000
    lines_deleted_cap: int = 100_000
    files_each_doubling: int = 25_000
    files_cap: int = 100_000
    directories_each_doubling: int = 25_000
    directories_cap: int = 100_000
    sensitive: int = 150_000
    binary: int = 50_000
    untested: int = 100_000


class RuleOfThumb:
    """The scorer that needs no history."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or Weights()
        parameters = {name: getattr(self._weights, name) for name in Weights.__slots__}
        digest = hashlib.sha256(canonical({"name": NAME, "version": VERSION, "weights": parameters})).hexdigest()
        self._model = RiskModel(name=NAME, version=VERSION, digest=digest)

    def score(self, features: Features, criticality: str) -> Risk:
        """Return the risk; contributions are ordered by what they add, most first."""
        contributions = sorted(self._contributions(features), key=lambda item: (-item.ppm, item.feature))
        return Risk(
            score_ppm=self._weights.base + sum(item.ppm for item in contributions),
            percentile=None,
            criticality=criticality,
            model=self._model,
            contributions=tuple(contributions),
        )

    def _contributions(self, features: Features) -> Iterator[Contribution]:
        weights = self._weights
        if count := features.lines_added:
            ppm = _doublings(count, weights.lines_added_each_doubling, weights.lines_added_cap)
            yield _contribution("lines_added", count, ppm, f"{_many(count, 'line')} added")
        if count := features.lines_deleted:
            ppm = _doublings(count, weights.lines_deleted_each_doubling, weights.lines_deleted_cap)
            yield _contribution("lines_deleted", count, ppm, f"{_many(count, 'line')} deleted")
        if features.files > 1:
            ppm = _doublings(features.files - 1, weights.files_each_doubling, weights.files_cap)
            yield _contribution("files", features.files, ppm, f"{_many(features.files, 'file')} touched")
        if features.directories > 1:
            ppm = _doublings(features.directories - 1, weights.directories_each_doubling, weights.directories_cap)
            yield _contribution("directories", features.directories, ppm, f"spread over {features.directories} folders")
        if count := features.sensitive_files:
            verb = "decides" if count == 1 else "decide"
            sentence = f"{_many(count, 'file')} that {verb} how software is built, deployed or let in"
            yield _contribution("sensitive_files", count, weights.sensitive, sentence)
        if count := features.binary_files:
            sentence = f"{_many(count, 'binary file')} that no reviewer can read"
            yield _contribution("binary_files", count, weights.binary, sentence)
        if features.code_files and not features.test_files:
            sentence = f"{_many(features.code_files, 'code file')} changed and no test"
            yield _contribution("untested", features.code_files, weights.untested, sentence)


def _contribution(feature: str, value: int, ppm: int, sentence: str) -> Contribution:
    return Contribution(feature=feature, value=value, ppm=ppm, sentence=sentence)


def _doublings(count: int, step: int, cap: int) -> int:
    """Return `step` for 1, twice for 2 or 3, three times for 4 to 7, up to `cap`; integers, so any reader agrees."""
    return min(cap, step * count.bit_length())


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
