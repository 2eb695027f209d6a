r"""The rules, read from `rules/*.toml`.

A file has a table per rule, keyed by the rule's name, and may have a table `defaults` whose keys every rule of the
file takes unless it has its own. A pattern may name these fragments in braces:

- `{rest}` what remains of an identifier after the word that was matched;
- `{is}` what stands between a name and its value in the languages people write configuration and code in: closing
  quotes and brackets, a type, `=`, `:`, `:=`, `=>` or `>`, the opening quote; or a comma or `value=` between quotes;
- `{uuid}` a UUID in either case;
- `{end}` what a value of letters, digits, `-` and `_` ends before;
- `{armour}`, in `tail`: lines of base64 as they stand in files and in string literals, with the headers of RFC 1421;
- `{configuration}`, in `paths`: files that hold settings rather than a program.

Examples are arrays of fragments, so that no scanner takes the file for a leak.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assay.inspectors.secrets._base import CONFIGURATION, Kind, SecretRule
from assay.inspectors.secrets._cache import SealedFolder
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule

FAMILY = "secrets"
RULES = Path(__file__).parent / "rules"

_ARMOUR_BETWEEN = (
    r"""(?:\\{1,2}[nrt]|\\(?=\s)|[\s"\x27\x60,.;:|>#*&()\[\]@]|(?<=\s)\+(?=\s)|b(?=["\x27])"""
    r"""|(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash|MessageID)\s?:[^\r\n\\]{0,200})"""
)
# Possessive, so that no text makes it try twice: what separates lines and what stands in them share no character.
_ARMOUR = (
    rf"(?:{_ARMOUR_BETWEEN}{{0,400}}+[A-Za-z0-9+/=]{{16,8000}}+){{1,400}}+"
    rf"(?:{_ARMOUR_BETWEEN}{{0,100}}+[A-Za-z0-9+/=]{{1,15}}+(?![\w.\-])){{0,2}}{_ARMOUR_BETWEEN}{{0,100}}+"
)

_FRAGMENTS = {
    "{rest}": r"[\w.\-]{0,24}",
    "{is}": (
        r"""(?:\\?["'\])]{0,3}(?:[ \t]?:[ \t]?&?[sS]tr(?:ing)?)?[ \t]{0,20}"""
        r"""(?:[:|?+]?=>?|[:>])[ \t]{0,20}[bruf@$]?\\?["'\x60]{0,3}"""
        r"""|\\?["'][ \t]{0,4}(?:,[ \t]{0,20}|[vV]alue=)\\?["'])"""
    ),
    "{end}": r"(?:[^\w\-]|$)",
    "{configuration}": CONFIGURATION,
    "{armour}": _ARMOUR,
    "{uuid}": r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """What a rule must and must not find. Samples of secrets, so they have no repr."""

    match: tuple[str, ...] = field(repr=False)
    clean: tuple[str, ...] = field(repr=False)


def load_rules(cache: SealedFolder | None = None) -> tuple[SecretRule, ...]:
    """Return every built-in rule, in the order of the files and of their tables.

    Reading TOML takes most of the time that a small scan has, so `cache` keeps what was read, by the files' digest.
    """
    texts = [path.read_bytes() for path in sorted(RULES.glob("*.toml"))]
    name = f"secrets-rules-{hashlib.sha256(b''.join(texts)).hexdigest()[:32]}.json"
    stored = None if cache is None else cache.load(name)
    if stored is not None:
        tables = json.loads(stored)
    else:
        tables = {rule: table for text in texts for rule, table in read_tables(text.decode()).items()}
        if cache is not None:
            cache.store(name, json.dumps({rule: _without_examples(table) for rule, table in tables.items()}).encode())
    return tuple(_rule(rule, table) for rule, table in tables.items())


def load_examples() -> Mapping[str, Examples]:
    """Return the examples of every rule, by its id."""
    texts = (path.read_text("utf-8") for path in sorted(RULES.glob("*.toml")))
    tables = {rule: table for text in texts for rule, table in read_tables(text).items()}
    return {
        f"{FAMILY}/{rule}": Examples(match=_joined(table["match"]), clean=_joined(table["clean"]))
        for rule, table in tables.items()
    }


def read_tables(text: str) -> dict[str, dict[str, Any]]:
    """Return the tables of one file by the names of their rules, completed with the file's defaults."""
    tables: dict[str, dict[str, Any]] = tomllib.loads(text)
    defaults = tables.pop("defaults", {})
    return {name: defaults | table for name, table in tables.items()}


def _without_examples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in {"match", "clean"}}


def _rule(name: str, table: Mapping[str, Any]) -> SecretRule:
    """Build a rule. Raises `TypeError` for a key that no rule has, `KeyError` for one that it lacks."""
    table = _without_examples(table)
    about = Rule(
        id=f"{FAMILY}/{name}",
        title=table.pop("title"),
        severity=Severity(table.pop("severity")),
        why=table.pop("why"),
        remedy=table.pop("remedy"),
        controls=tuple(table.pop("controls")),
    )
    return SecretRule(
        about=about,
        confidence=Confidence(table.pop("confidence")),
        kind=Kind(table.pop("kind")),
        pattern=_expand(table.pop("pattern")),
        keywords=tuple(table.pop("keywords")),
        validate=tuple(table.pop("validate", ())),
        **{key: _expand(table.pop(key)) for key in ("tail", "paths") if key in table},
        **table,
    )


def _expand(pattern: str) -> str:
    for name, fragment in _FRAGMENTS.items():
        pattern = pattern.replace(name, fragment)
    return pattern


def _joined(examples: list[list[str]]) -> tuple[str, ...]:
    return tuple("".join(fragments) for fragments in examples)
