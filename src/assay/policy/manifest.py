"""`pack.toml`: what a pack says of itself.

Trusted: nothing in the text until every check has passed. Not trusted: paths, which must stay within the pack, and ids.
If lost: whoever writes the text decides what the gate asks, which is why packs are read from the target of a change.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

import msgspec

from assay.errors import PackError
from assay.model.outcome import Severity
from assay.policy.engine import Rego

MANIFEST_NAME = "pack.toml"
# A manifest of a thousand rules, each with a paragraph of text, takes 500 KB; beyond this it is something else.
MAX_MANIFEST_BYTES = 1024 * 1024

PACK_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RULE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9][a-z0-9._-]*")
_PACKAGE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
# Evidence a rule can need: that of one family, of any, a risk, or a statement of any other type.
_NEED = re.compile(r"findings(?:/[a-z][a-z0-9-]*)?|risk|statements/[!-~]+")
_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)")


class PackKind(StrEnum):
    """What a pack's Rego is asked, and with which input."""

    ASSAY = "assay"
    """`deny`, `warn` and `require`, with the input of `assay.input/1`."""
    CONFTEST = "conftest"
    """`deny`, `violation` and `warn`, with each changed file that can be parsed."""
    GATEKEEPER = "gatekeeper"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRule:
    """One `[[rules]]` table."""

    id: str
    title: str
    severity: Severity = Severity.MEDIUM
    why: str = ""
    remedy: str = ""
    controls: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    package: str | None = None
    """Where its Rego stands, if not in the pack's own package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One `pack.toml`."""

    id: str
    kind: PackKind = PackKind.ASSAY
    rego: Rego | None = None
    """None: found out by parsing."""
    package: str | None = None
    """The package of rules that name none; default: the id with `_` for `-`."""
    files: tuple[str, ...] = ()
    """Files and folders of the pack; empty means everything in it."""
    rules: tuple[ManifestRule, ...] = ()


def parse_manifest(data: bytes, *, path: str) -> Manifest:
    """Return the manifest that `data` is; raises `PackError`, which names the line where it can, for any fault."""
    text, table = _read_toml(data, path)
    rules = table.get("rules", ())
    tables = [(table, Manifest), *((rule, ManifestRule) for rule in (rules if isinstance(rules, list) else ()))]
    for part, schema in tables:
        for fault in _unknown_keys(part, schema):
            raise _error(path, text, fault)
    try:
        manifest = msgspec.convert(table, Manifest)
    except msgspec.ValidationError as error:
        raise PackError(f"{path}: {error}") from None
    for fault in _faults(manifest):
        raise _error(path, text, fault)
    return manifest


def path_fault(path: str) -> str | None:
    """Return why `path` cannot name a file of a pack, or None."""
    parts = path.removesuffix("/").split("/")
    if path.startswith("/") or set("\\:\0") & set(path):
        return "expected a path relative to the pack, with `/`"
    if {"", ".", ".."}.intersection(parts):
        return "expected a path within the pack, without `.` and `..`"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    message: str
    word: str
    """What stands where it is wrong."""
    hint: str | None = None


def _error(path: str, text: str, fault: _Fault) -> PackError:
    """Return the error that names the first line which holds the fault's word."""
    lines = enumerate(text.splitlines(), start=1)
    place = next((f"{path}:{number}" for number, line in lines if fault.word in line), path)
    return PackError(f"{place}: {fault.message}", hint=fault.hint)


def _read_toml(data: bytes, path: str) -> tuple[str, dict[str, Any]]:
    if len(data) > MAX_MANIFEST_BYTES:
        raise PackError(f"{path}: expected at most {MAX_MANIFEST_BYTES:,} bytes, found {len(data):,}")
    try:
        text = data.decode()
        return text, tomllib.loads(text)
    except UnicodeDecodeError:
        raise PackError(f"{path}: expected UTF-8, found other bytes") from None
    except tomllib.TOMLDecodeError as error:
        line = _TOML_LINE.search(str(error))
        raise PackError(f"{path}{f':{line[1]}' if line else ''}: {_TOML_LINE.sub('', str(error))}") from None
    except RecursionError:
        raise PackError(f"{path}: values are nested too deeply") from None


def _unknown_keys(table: Any, schema: type) -> Iterator[_Fault]:
    """Yield the keys that `msgspec` would ignore; that a table is one, it checks itself."""
    known = [item.name for item in fields(schema)]
    for key in table if isinstance(table, dict) else ():
        if key not in known:
            close = get_close_matches(key, known, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(known)}"
            yield _Fault(message=f"unknown key `{key}`", word=key, hint=hint)


def _faults(manifest: Manifest) -> Iterator[_Fault]:
    if not PACK_ID.fullmatch(manifest.id):
        yield _Fault(message=f"expected an id of a-z, 0-9 and -, found `{manifest.id}`", word=manifest.id)
    if manifest.kind is PackKind.GATEKEEPER:
        hint = 'use kind = "conftest" for Rego that reads Kubernetes manifests'
        yield _Fault(message="packs of kind `gatekeeper` cannot be used yet", word="gatekeeper", hint=hint)
    for file in manifest.files:
        if (fault := path_fault(file)) is not None:
            yield _Fault(message=f"`{file}`: {fault}", word=file)
    if manifest.kind is PackKind.ASSAY and not manifest.rules:
        hint = "a rule that is not listed is not asked"
        yield _Fault(message="expected at least one [[rules]] table, found none", word="id", hint=hint)
    for package in (manifest.package, *(rule.package for rule in manifest.rules)):
        if package is not None and not _PACKAGE.fullmatch(package):
            yield _Fault(message=f"expected a package such as `ours.rules`, found `{package}`", word=package)
    yield from _rule_faults(manifest)


def _rule_faults(manifest: Manifest) -> Iterator[_Fault]:
    seen: set[str] = set()
    for rule in manifest.rules:
        if not RULE_ID.fullmatch(rule.id):
            message = f"expected a rule id such as `{manifest.id}/no-root`, found `{rule.id}`"
            yield _Fault(message=message, word=rule.id)
        if rule.id in seen:
            yield _Fault(message=f"rule `{rule.id}` is listed twice", word=rule.id)
        seen.add(rule.id)
        if rule.needs and manifest.kind is not PackKind.ASSAY:
            message = f"rule `{rule.id}`: a conftest pack is asked about files and needs no evidence"
            yield _Fault(message=message, word="needs")
        for need in rule.needs:
            if not _NEED.fullmatch(need):
                hint = "known: findings, findings/FAMILY, risk, statements/PREDICATE-TYPE"
                yield _Fault(message=f"rule `{rule.id}` needs `{need}`, which is no evidence", word=need, hint=hint)
