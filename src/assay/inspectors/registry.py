"""The families of rules, by name; each is imported when it is first asked for."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from assay.errors import UsageError
from assay.inspectors._base import CommitInspector, FileInspector
from assay.model.rule import Rule

FILE_FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "secrets": "assay.inspectors.secrets",
        "workflows": "assay.inspectors.workflows",
    }
)
"""Families that read files, to the module whose `INSPECTOR` is one."""

COMMIT_FAMILIES: Mapping[str, str] = MappingProxyType({"commits": "assay.inspectors.commits"})
"""Families that read commits."""

FAMILIES: Mapping[str, str] = MappingProxyType({**FILE_FAMILIES, **COMMIT_FAMILIES})


def file_inspector(family: str) -> FileInspector:
    """Return the inspector of a family that reads files."""
    return cast("FileInspector", import_module(FILE_FAMILIES[family]).INSPECTOR)


def commit_inspector(family: str) -> CommitInspector:
    """Return the inspector of a family that reads commits."""
    return cast("CommitInspector", import_module(COMMIT_FAMILIES[family]).INSPECTOR)


def family_names(only: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the families named in `only`, or all. Raises `UsageError` with names that are close."""
    names = tuple(FAMILIES) if only is None else tuple(dict.fromkeys(only))
    for name in names:
        if name not in FAMILIES:
            raise UsageError(f"no family of rules is called `{name}`", hint=_hint(name, FAMILIES))
    return names


def all_rules(only: Iterable[str] | None = None) -> Mapping[str, Rule]:
    """Return every rule of every family (or of those in `only`), by id, in the order of the ids."""
    rules: dict[str, Rule] = {}
    for family in family_names(only):
        inspector = file_inspector(family) if family in FILE_FAMILIES else commit_inspector(family)
        rules |= inspector.rules
    return {name: rules[name] for name in sorted(rules)}


def rule(name: str) -> Rule:
    """Return the rule with the id `name`. Raises `UsageError` with ids that are close."""
    rules = all_rules()
    if name not in rules:
        raise UsageError(f"no rule has the id `{name}`", hint=_hint(name, rules))
    return rules[name]


def _hint(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # Only once something is wrong.

    names = sorted(known)
    if close := get_close_matches(name, names, n=1):
        return f"did you mean `{close[0]}`?"
    return f"known: {', '.join(names)}" if len(names) < 20 else "see: assay rules"
