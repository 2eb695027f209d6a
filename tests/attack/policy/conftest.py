"""What attacks on decisions share: one engine, and cases made by hand."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from assay.policy import Decided, Policy, decide, load_policy
from assay.policy.engines import RegorusEngine

_FILE = Path(__file__).parents[2] / "assets" / "policy" / "cases.py"


@pytest.fixture(scope="session")
def cases() -> ModuleType:
    """Return the module that builds changes, logs and packs."""
    spec = importlib.util.spec_from_file_location("policy_cases", _FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def engine() -> Iterator[RegorusEngine]:
    """Return one engine with two workers for all tests."""
    with RegorusEngine(size=2) as made:
        yield made


@pytest.fixture(scope="session")
def policy(engine: RegorusEngine) -> Policy:
    """Return the policy of who configures nothing."""
    return load_policy(("change-control",), engine, source=None, ref="built-in", commit=None)


@pytest.fixture
def judge(engine: RegorusEngine, policy: Policy, cases: ModuleType) -> Callable[..., Decided]:
    """Decide on a log at `cases.AT`: `judge(log, gate=..., config=...)`, by `change-control` or by `with_policy`."""

    def decided(log, at=None, with_policy=None, redact=str, **members) -> Decided:
        return decide(engine, with_policy or policy, log.evidence(**members), at or cases.AT, redact=redact)

    return decided


@pytest.fixture
def load(engine: RegorusEngine) -> Callable[..., Policy]:
    """Load packs by folder from a tree in memory: `load(source, "assay/policy/ours")`."""

    def loaded(source, *folders: str) -> Policy:
        return load_policy(folders, engine, source=source, ref="refs/heads/main", commit="a" * 40)

    return loaded
