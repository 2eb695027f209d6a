"""Files made to kill, hang, swell or talk out of the worker that inspects them: none may make anything look clean."""

import faulthandler
import importlib.util
import multiprocessing
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from assay.config import DEFAULT_CONFIG
from assay.git import Repository
from assay.inspectors import _execution, registry
from assay.inspectors.run import inspect_change
from assay.workers import _worker

FAKES = Path(__file__).parents[1] / "assets/inspectors/fakes.py"


@pytest.fixture(autouse=True)
def families(monkeypatch):
    """Two families of files and one of commits that obey orders they find in what they read."""
    spec = importlib.util.spec_from_file_location("assay_hostile_fakes", FAKES)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names = {}
    for family, inspector in module.FAMILIES.items():
        names[family] = f"assay_hostile_fakes_{family}"
        monkeypatch.setitem(sys.modules, names[family], SimpleNamespace(INSPECTOR=inspector))
    monkeypatch.setattr(registry, "FILE_FAMILIES", {name: names[name] for name in ("tokens", "words")})
    monkeypatch.setattr(registry, "COMMIT_FAMILIES", {"notes": names["notes"]})
    monkeypatch.setattr(registry, "FAMILIES", names)
    # The fakes are in this process only: it is forked, even where an earlier test has left a thread.
    monkeypatch.setattr(_worker, "_start_method", lambda: "fork")
    enabled = faulthandler.is_enabled()
    faulthandler.disable()
    before = set(multiprocessing.active_children())
    yield
    if enabled:
        faulthandler.enable()
    assert set(multiprocessing.active_children()) <= before


@pytest.fixture
def inspection(repo, monkeypatch):
    """Inspect files beside forty harmless ones with findings, in workers with a short limit."""

    def inspect(files, *, message="feat: x", limit_s=20.0, base=None):
        monkeypatch.setattr(_execution, "JOB_LIMIT_S", limit_s)
        first = repo.commit(base or {})
        good = {f"good{number:02}.txt": f"TOKEN-abc {number}\nBAD {number}\n" for number in range(40)}
        repo.commit({**good, **files}, message=message)
        repository = Repository.open(repo.path)
        change = repository.change(first, repository.head())
        found = inspect_change(change, repository=repository, config=DEFAULT_CONFIG, pool_size=2).inspection
        assert len([one for one in found.findings if one.place.path.startswith("good")]) == 80
        return found

    return inspect


def told(inspection):
    return {one.rule: (str(one.outcome), one.reason) for one in inspection.outcomes}


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("!exit", "its process ended with status 3"),
        ("!segfault", "its process was killed by signal 11 (Segmentation fault)"),
    ],
)
def test_a_file_that_kills_its_worker_is_an_error_of_every_family_it_concerns(inspection, order, reason):
    outcomes = told(inspection({"evil.txt": order}))
    assert outcomes["words/bad"] == outcomes["tokens/token"] == ("error", f"evil.txt: {reason}")
    assert outcomes["notes/bad"] == ("pass", None)


def test_only_the_families_that_it_concerns(inspection):
    outcomes = told(inspection({"evil.py": "?exit"}))
    assert outcomes["tokens/token"] == ("error", "evil.py: its process ended with status 3")
    assert outcomes["words/bad"] == ("fail", None)


@pytest.mark.slow
def test_a_file_that_hangs_is_an_error(inspection):
    outcomes = told(inspection({"evil.txt": "!hang"}, limit_s=4.0))
    assert outcomes["words/bad"] == ("error", "evil.txt: it passed the limit of 4 s")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces RLIMIT_AS")
def test_a_file_that_swells_its_worker_is_an_error(inspection):
    outcomes = told(inspection({"evil.txt": "!swell"}))
    assert outcomes["words/bad"] == ("error", "evil.txt: MemoryError")


def test_a_base_that_kills_is_an_error(inspection):
    outcomes = told(inspection({"evil.txt": "BAD"}, base={"evil.txt": "!exit BAD"}))
    assert outcomes["words/bad"] == ("error", "evil.txt: its process ended with status 3")


def test_a_message_that_kills_is_an_error(inspection):
    outcomes = told(inspection({}, message="!exit"))
    assert outcomes["notes/bad"] == ("error", "commit messages: its process ended with status 3")
    assert outcomes["tokens/token"] == ("error", "commit messages: its process ended with status 3")


def test_what_a_file_makes_its_worker_print_reaches_nobody(inspection, capfd):
    inspection({"evil.txt": "!print TOKEN-abc"})
    assert capfd.readouterr() == ("", "")


def test_several_killers_do_not_hide_each_other(inspection):
    outcomes = told(inspection({f"evil{number}.txt": "!exit" for number in range(5)}))
    assert outcomes["words/bad"] == ("error", "evil0.txt: its process ended with status 3 (and 4 more)")
