"""The hand-built reports, for every test of a renderer."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from assay.model.report import Report

_FILE = Path(__file__).parents[2] / "assets" / "output" / "reports.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("output_reports", _FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MODULE = _load()


@pytest.fixture(scope="session")
def reports() -> ModuleType:
    """Return the module that builds them."""
    return _MODULE


@pytest.fixture(params=list(_MODULE.REPORTS))
def report(request: pytest.FixtureRequest) -> Report:
    """Return each of them in turn."""
    made: Report = _MODULE.REPORTS[request.param]()
    return made
