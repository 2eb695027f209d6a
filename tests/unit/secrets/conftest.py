"""Shared by the tests of secrets: the rules, both engines opened once, and candidates made by hand."""

from collections.abc import Callable, Mapping

import pytest

from assay.inspectors.secrets._base import Candidate, SecretRule
from assay.inspectors.secrets._catalogue import Examples, load_examples, load_rules
from assay.inspectors.secrets._compiled import keyword_engine, open_engine
from assay.inspectors.secrets._detector import Detector

MakeCandidate = Callable[..., Candidate]


@pytest.fixture(scope="session")
def rules() -> tuple[SecretRule, ...]:
    return load_rules()


@pytest.fixture(scope="session")
def rule_named(rules: tuple[SecretRule, ...]) -> Mapping[str, SecretRule]:
    return {rule.name: rule for rule in rules}


@pytest.fixture(scope="session")
def examples() -> Mapping[str, Examples]:
    return load_examples()


@pytest.fixture(scope="session")
def compiled_detector(rules: tuple[SecretRule, ...]) -> Detector:
    return Detector(rules, open_engine(rules, None))


@pytest.fixture(scope="session")
def keyword_detector(rules: tuple[SecretRule, ...]) -> Detector:
    return Detector(rules, keyword_engine(rules))


@pytest.fixture(params=["compiled", "keyword"])
def detector(request: pytest.FixtureRequest, compiled_detector: Detector, keyword_detector: Detector) -> Detector:
    """Either engine: what is found must not depend on which."""
    return compiled_detector if request.param == "compiled" else keyword_detector


@pytest.fixture(scope="session")
def candidate() -> MakeCandidate:
    """Make a candidate whose value stands between `before` and `after`; the match begins at `name`."""

    def make(value: str, *, before: str = "", after: str = "", name: str = "", path: str = "src/app.py") -> Candidate:
        data = (before + name + value + after).encode("latin-1")
        start = len(before + name)
        return Candidate(path=path, data=data, head=len(before), start=start, end=start + len(value), value=value)

    return make
