"""What both engines owe their caller."""

import threading

import hyperscan
import pytest

from assay.errors import SourceError
from assay.inspectors.secrets._engine import HyperscanEngine
from assay.inspectors.secrets._patterns import KeywordEngine, PatternEngine

PATTERNS = [(r"\bab[0-9]{3}\b", ["ab"]), (r"(?i:key)=(?P<secret>[a-z]{4})(?:[^\w\-]|$)", ["key"]), (r"x\.y", ["x.y"])]


@pytest.fixture(params=["hyperscan", "keyword", "reloaded"])
def engine(request) -> PatternEngine:
    if request.param == "keyword":
        return KeywordEngine(PATTERNS)
    compiled = HyperscanEngine.compile([pattern for pattern, _ in PATTERNS])
    if request.param == "hyperscan":
        return compiled
    reloaded = HyperscanEngine.load(compiled.dump())
    assert reloaded is not None
    return reloaded


@pytest.mark.parametrize(
    ("data", "hits"),
    [
        (b"", set()),
        (b"nothing", set()),
        (b"ab123", {(0, 5)}),
        (b"xab123 ab12 ab1234", set()),
        (b"ab123 ab456", {(0, 5), (0, 11)}),
        (b"KEY=abcd", {(1, 8)}),
        (b"key=abcd;x.y", {(1, 9), (2, 12)}),
        (b"key=abcd-", set()),
        (b"\x00\xff ab123\x00", {(0, 8)}),
        (b"x.y" * 3, {(2, 3), (2, 6), (2, 9)}),
    ],
)
def test_hits_are_patterns_and_ends(engine, data, hits):
    assert set(engine.scan(data)) == hits


def test_an_engine_is_shared_by_threads(engine):
    results = []
    threads = [threading.Thread(target=lambda: results.append(len(engine.scan(b"ab123 " * 2000)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [2000] * 4


@pytest.mark.parametrize("serialised", [b"", b"x" * 100])
def test_what_is_no_database_is_not_loaded(serialised):
    assert HyperscanEngine.load(serialised) is None


def test_a_database_that_is_cut_is_not_loaded():
    serialised = HyperscanEngine.compile(["ab"]).dump()
    assert HyperscanEngine.load(serialised[:-10]) is None


def test_an_engine_that_fails_says_so():
    with pytest.raises(SourceError, match="pattern engine"):
        HyperscanEngine(hyperscan.Database()).scan(b"ab")
