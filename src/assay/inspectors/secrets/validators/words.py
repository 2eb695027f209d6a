"""The lists of `words.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("words.toml")


def words(name: str) -> frozenset[str]:
    """Return the list called `name`. Raises `KeyError` where there is none."""
    return _lists()[name]


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    tables = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: frozenset(text.split()) for name, text in tables.items()}
