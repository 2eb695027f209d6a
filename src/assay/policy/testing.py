"""Testing packs: their Rego unit tests, and the lines the tests reach."""

from collections.abc import Sequence
from pathlib import Path

from assay.errors import EngineError, PackError
from assay.model.policytest import PackTestRun, PolicyTestRun
from assay.policy.contents import TEST_SUFFIX
from assay.policy.engine import Engine
from assay.policy.pack import load_pack
from assay.policy.sources import BUILT_IN, FolderSource, built_in_names

# Line coverage that a pack must reach, in per cent.
THRESHOLD_PERCENT = 95


def run_policy_tests(
    engine: Engine, names: Sequence[str] = (), *, threshold_percent: int = THRESHOLD_PERCENT
) -> PolicyTestRun:
    """Run the unit tests of packs: names of built-in ones, or folders of this machine; all built-in ones by default.

    A pack that cannot be loaded is a run with a fault.
    """
    runs = tuple(_run(engine, name) for name in names or built_in_names())
    return PolicyTestRun(packs=runs, engine=f"{engine.name} {engine.version}", threshold_percent=threshold_percent)


def _run(engine: Engine, name: str) -> PackTestRun:
    source, folder = FolderSource(BUILT_IN), name
    if name not in built_in_names():
        path = Path(name).absolute()
        source, folder = FolderSource(path.parent), path.name
    try:
        pack = load_pack(source, folder, engine)
        tested = engine.test(pack.tested_program)
    except (PackError, EngineError) as error:
        return PackTestRun(pack=folder, tests=(), coverage=(), fault=error.message)
    coverage = tuple(item for item in tested.coverage if not item.path.endswith(TEST_SUFFIX))
    return PackTestRun(pack=pack.id, tests=tested.tests, coverage=coverage)
