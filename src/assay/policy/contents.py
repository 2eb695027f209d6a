"""The files of one pack: chosen, read under limits, and told apart.

Files named `*_test.rego` are tests and no part of the policy. Files named `data.json`, `data.yaml` or `data.yml` stand
under `data` at the place of their folder, as in OPA's bundles.

Trusted: the source that files are read from. Not trusted: names, sizes and text. If lost: the memory of this process.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from assay.errors import PackError, SourceError
from assay.model.jcs import canonical
from assay.policy.engine import Module
from assay.policy.manifest import MANIFEST_NAME, MAX_MANIFEST_BYTES, Manifest, parse_manifest
from assay.policy.sources import PackEntry, PackSource

# The largest public pack, gatekeeper's library, has 400 files of Rego with 1 MB together. The engine parses every byte.
MAX_FILES = 2_000
MAX_REGO_BYTES = 1024 * 1024
MAX_DATA_BYTES = 8 * 1024 * 1024
MAX_PACK_BYTES = 16 * 1024 * 1024

REGO_SUFFIX = ".rego"
TEST_SUFFIX = "_test.rego"
DATA_NAMES = frozenset({"data.json", "data.yaml", "data.yml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the files of a pack hold."""

    folder: str
    manifest: Manifest | None
    modules: tuple[Module, ...]
    """Those that judge."""
    tests: tuple[Module, ...]
    data: str
    """JSON text of one object."""
    digest: str
    """sha256 over the names and digests of the files that judge, manifest included."""


def read_contents(source: PackSource, folder: str) -> Contents:
    """Read the pack in `folder`; raises `PackError` for a file that cannot be used, naming it."""
    entries = {entry.path: entry for entry in source.entries(folder)}
    manifest = None
    files = {}
    if MANIFEST_NAME in entries:
        files = _read(source, folder, [entries.pop(MANIFEST_NAME)])
        manifest = parse_manifest(files[MANIFEST_NAME], path=f"{folder}/{MANIFEST_NAME}")
    files |= _read(source, folder, _chosen(folder, entries, manifest.files if manifest else ()))
    texts = {path: _text(f"{folder}/{path}", data) for path, data in files.items() if path.endswith(REGO_SUFFIX)}
    modules = [Module(path=path, text=text) for path, text in texts.items()]
    judging = {path: hashlib.sha256(data).hexdigest() for path, data in files.items() if not _is_test(path)}
    return Contents(
        folder=folder,
        manifest=manifest,
        modules=tuple(module for module in modules if not _is_test(module.path)),
        tests=tuple(module for module in modules if _is_test(module.path)),
        data=json.dumps(_data(folder, files), ensure_ascii=False, sort_keys=True),
        digest=hashlib.sha256(canonical(judging)).hexdigest(),
    )


def _is_test(path: str) -> bool:
    return path.endswith(TEST_SUFFIX)


def _is_usable(path: str) -> bool:
    return path.endswith(REGO_SUFFIX) or PurePosixPath(path).name in DATA_NAMES


def _chosen(folder: str, entries: Mapping[str, PackEntry], named: tuple[str, ...]) -> list[PackEntry]:
    """Return the entries that `named`, files and folders, stand for, sorted by path; all where none is named."""
    usable = [entry for path, entry in sorted(entries.items()) if _is_usable(path)]
    if not named:
        return usable
    for name in named:
        if not any(_covers(name, entry.path) for entry in usable):
            raise PackError(
                f"{folder}/{MANIFEST_NAME}: `files` names `{name}`, where there is no file of Rego and no data",
                hint=f"files are *{REGO_SUFFIX} and {', '.join(sorted(DATA_NAMES))}",
            )
    return [entry for entry in usable if any(_covers(name, entry.path) for name in named)]


def _covers(name: str, path: str) -> bool:
    return path == name or path.startswith(f"{name.removesuffix('/')}/")


def _read(source: PackSource, folder: str, entries: list[PackEntry]) -> dict[str, bytes]:
    if len(entries) > MAX_FILES:
        raise PackError(f"{folder}: expected at most {MAX_FILES:,} files, found {len(entries):,}")
    files: dict[str, bytes] = {}
    left = MAX_PACK_BYTES
    for entry in entries:
        if not entry.regular:
            raise PackError(f"{folder}/{entry.path}: expected a file, found a link or a submodule")
        limit = min(left, _limit(entry.path))
        if entry.size is not None and entry.size > limit:
            raise PackError(f"{folder}/{entry.path}: expected at most {limit:,} bytes, found {entry.size:,}")
        files[entry.path] = source.read(folder, entry.path, limit)
        left -= len(files[entry.path])
    return files


def _limit(path: str) -> int:
    if path == MANIFEST_NAME:
        return MAX_MANIFEST_BYTES
    return MAX_REGO_BYTES if path.endswith(REGO_SUFFIX) else MAX_DATA_BYTES


def _text(path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PackError(f"{path}:{line}: expected UTF-8, found other bytes") from None


def _data(folder: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the data files as one object, each at the place of its folder."""
    merged: dict[str, Any] = {}
    for path, content in files.items():
        if PurePosixPath(path).name in DATA_NAMES:
            place = f"{folder}/{path}"
            if _merge(merged, _nested(PurePosixPath(path).parent.parts, _document(place, content))):
                raise PackError(f"{place}: says something else of what another data file says")
    return merged


def _document(path: str, content: bytes) -> dict[str, Any]:
    # Few packs have data, and the parsers of YAML take longer to load than a decision to make.
    from assay.source.documents import parse_documents

    try:
        documents = parse_documents(path, content)
    except SourceError as error:
        raise PackError(f"{path}{f':{error.line}' if error.line else ''}: {error.message}") from None
    match documents:
        case [dict() as document]:
            return document
        case _:
            raise PackError(f"{path}: expected one object")


def _nested(parts: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    for part in reversed(parts):
        value = {part: value}
    return value


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> bool:
    """Add the members of `more`; return whether one of them was there with another value."""
    conflict = False
    for key, value in more.items():
        there = into.setdefault(key, value)
        if isinstance(there, dict) and isinstance(value, dict):
            conflict |= there is not value and _merge(there, value)
        else:
            conflict |= there != value
    return conflict
