"""Opening the engine for a set of rules: from the cache, or compiled and cached."""

import hashlib
import os
import sys
from collections.abc import Sequence

from assay.inspectors.secrets._base import SecretRule
from assay.inspectors.secrets._cache import SealedFolder
from assay.inspectors.secrets._patterns import KeywordEngine, PatternEngine


def open_engine(rules: Sequence[SecretRule], cache: SealedFolder | None) -> PatternEngine:
    """Return an engine whose pattern indices are those of `rules`.

    Anything wrong with the cached database means that it is compiled again and replaced.
    """
    try:
        from assay.inspectors.secrets._engine import HyperscanEngine, version
    except ImportError:
        return keyword_engine(rules)
    patterns = [rule.pattern for rule in rules]
    if cache is None:
        return HyperscanEngine.compile(patterns)
    name = _file_name(patterns, version())
    serialised = cache.load(name)
    engine = None if serialised is None else HyperscanEngine.load(serialised)
    if engine is None:
        engine = HyperscanEngine.compile(patterns)
        cache.store(name, engine.dump())
    return engine


def keyword_engine(rules: Sequence[SecretRule]) -> KeywordEngine:
    """Return the engine that starts at once, with the same indices."""
    return KeywordEngine([(rule.pattern, rule.keywords) for rule in rules])


def _file_name(patterns: Sequence[str], version: str) -> str:
    """Name the database by all it depends on: the engine's version, the platform and the patterns in order."""
    platform = f"{sys.platform}-{os.uname().machine}"
    digest = hashlib.sha256("\0".join([version, platform, *patterns]).encode()).hexdigest()
    return f"secrets-{version}-{platform}-{digest[:32]}.hsdb"
