"""What the TOML and the YAML reader have in common: plain values, where each key stands, and what is wrong with one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assay.errors import ConfigError

KeyPath = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with the value of one key. Says nothing of the value where that could be a secret."""

    key: KeyPath
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A configuration text as mappings, sequences, strings, integers and booleans."""

    path: str
    values: Mapping[str, Any]
    lines: Mapping[KeyPath, int]
    """The line, from 1, of every key."""

    def error(self, fault: Fault) -> ConfigError:
        """Return `fault` as an error that names the line of its key, or of the nearest key around it."""
        key = fault.key
        while key and key not in self.lines:
            key = key[:-1]
        return ConfigError(printable(fault.message), path=self.path, line=self.lines.get(key), hint=fault.hint)


def printable(text: str) -> str:
    """Return `text` with everything escaped that could move a terminal's cursor or turn its direction."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def dotted(key: KeyPath) -> str:
    """Return a key as people write it: `people.ana.emails`."""
    return ".".join(key)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return the question whether the closest of `known` was meant, or None where none is close."""
    from difflib import get_close_matches  # Only once something is wrong.

    close = get_close_matches(name, list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else None
