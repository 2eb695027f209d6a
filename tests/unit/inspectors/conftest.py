"""Families whose behaviour is written in what they read, in the place of the real ones."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from assay.inspectors import registry
from assay.workers import _worker

FAKES = Path(__file__).parents[2] / "assets/inspectors/fakes.py"


@pytest.fixture(scope="session")
def fake_families() -> ModuleType:
    """Return the module of `tokens`, `words` and `notes`."""
    spec = importlib.util.spec_from_file_location("assay_fakes", FAKES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def fakes(fake_families: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Replace all families by `tokens`, `words` and `notes`; return their module."""
    names = {}
    for family, inspector in fake_families.FAMILIES.items():
        names[family] = f"assay_fakes_{family}"
        monkeypatch.setitem(sys.modules, names[family], SimpleNamespace(INSPECTOR=inspector))
    files = {family: names[family] for family in ("tokens", "words")}
    # The fakes are in this process only: it is forked, even where an earlier test has left a thread.
    monkeypatch.setattr(_worker, "_start_method", lambda: "fork")
    monkeypatch.setattr(registry, "FILE_FAMILIES", files)
    monkeypatch.setattr(registry, "COMMIT_FAMILIES", {"notes": names["notes"]})
    monkeypatch.setattr(registry, "FAMILIES", names)
    return fake_families
