"""Code that holds no secret has no finding: Python's standard library, and this repository."""

import sysconfig
from collections.abc import Iterator
from pathlib import Path

from assay.inspectors.secrets._detector import Detector

ROOT = Path(__file__).parents[3]
FOLDERS = (".ci", ".github", "benchmarks", "docs", "requirements", "scripts", "src", "tests")
SKIPPED = {"__pycache__", "site-packages", "dist-packages", "node_modules"}
LARGEST = 4 << 20

# The standard library's tests of `ssl` come with the private keys of their servers. They are keys.
KEYS_OF_TESTS = ("private-key", "test/")


def findings(detector: Detector, root: Path, files: Iterator[Path]) -> set[tuple[str, str]]:
    found = set()
    for path in files:
        if path.is_file() and not SKIPPED.intersection(path.parts) and path.stat().st_size < LARGEST:
            data = path.read_bytes()
            name = path.relative_to(root).as_posix()
            found |= {
                (secret.rule.name, name) for secret in ([] if b"\0" in data[:8000] else detector.find(data, name))
            }
    return found


def test_the_standard_library_has_only_the_keys_of_its_tests(compiled_detector):
    root = Path(sysconfig.get_paths()["stdlib"])
    found = findings(compiled_detector, root, root.rglob("*"))
    rule, folder = KEYS_OF_TESTS
    assert {(name, path) for name, path in found if name != rule or not path.startswith(folder)} == set()


def test_this_repository_has_none(compiled_detector):
    files = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    assert findings(compiled_detector, ROOT, files) == set()
    assert findings(compiled_detector, ROOT, ROOT.glob("*.*")) == set()
