"""What the contracts of the policy package share: cases made by hand."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

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
