"""From the text of `assay.toml` or `assay.yaml` to a `Config`.

Trusted: nothing in the text until every check has passed; who read it, and from which commit, is the caller's matter.
Not trusted: sizes, nesting, key names, references that leave the repository. If lost: whoever writes the text can
loosen the gate, which is why the gate reads it from the target of a change and never from the change.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, cast, get_args, get_origin, get_type_hints

import msgspec

from assay.config._faults import faults
from assay.config._raw import Fault, KeyPath, Raw, dotted
from assay.config._toml import read_toml
from assay.config.schema import Config
from assay.errors import ConfigError

# A configuration with a thousand services takes about 100 KB; beyond this something else was put under the name.
MAX_TEXT_BYTES = 256 * 1024

DEFAULT_CONFIG = Config(digest=hashlib.sha256(b"").hexdigest())

_NAMES = ("assay.toml", "assay.yaml")


def read_config(read: Callable[[str], bytes | None]) -> Config:
    """Return the configuration that `read` finds at the root, or the defaults where there is none.

    `read` takes a path relative to the root and returns the file's bytes, or None. Raises `ConfigError` for a text that
    cannot be used, and where both `assay.toml` and `assay.yaml` exist.
    """
    found = {name: data for name in _NAMES if (data := read(name)) is not None}
    if len(found) > 1:
        raise ConfigError("expected one configuration, found assay.yaml beside it", hint="delete one of the two")
    if not found and read("assay.yml") is not None:
        raise ConfigError("assay.yml is not read", path="assay.yml", hint="rename it to assay.yaml")
    for name, data in found.items():
        return parse_config(_decoded(data, name), path=name)
    return DEFAULT_CONFIG


def parse_config(text: str, *, path: str) -> Config:
    """Return the configuration that `text` is: YAML where `path` ends in `.yaml`, else TOML.

    Raises `ConfigError`, which names the line, for anything that is not exactly what the schema says.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise ConfigError(f"expected at most {MAX_TEXT_BYTES} bytes, found {len(text)}", path=path)
    raw = _read_yaml(text, path) if path.endswith(".yaml") else read_toml(text, path=path)
    config = cast("Config", _converted(raw, Config, raw.values, ()))
    for fault in faults(config):
        raise raw.error(fault)
    return replace(config, digest=hashlib.sha256(text.encode()).hexdigest())


def _read_yaml(text: str, path: str) -> Raw:
    from assay.config._yaml import read_yaml  # Only where it is used: a repository with assay.toml need not pay for it.

    return read_yaml(text, path=path)


def _decoded(data: bytes, path: str) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise ConfigError("expected UTF-8 without a byte order mark", path=path, line=1)
    try:
        return data[: MAX_TEXT_BYTES + 4].decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("expected UTF-8, found other bytes", path=path, line=line) from None


def _converted(raw: Raw, expected: Any, value: Any, key: KeyPath) -> Any:
    """Return `value` as the type the schema expects at `key`: a table, a mapping of names, or a plain value."""
    if is_dataclass(expected):
        return _table(raw, cast("type", expected), value, key)
    if get_origin(expected) is Mapping:
        entries = _entries(raw, value, key)
        return {name: _converted(raw, get_args(expected)[1], entry, (*key, name)) for name, entry in entries.items()}
    try:
        return msgspec.convert(value, expected)
    except msgspec.ValidationError as error:
        raise raw.error(Fault(key=key, message=f"`{dotted(key)}`: {_explained(error, expected)}")) from None


def _table(raw: Raw, schema: type, value: Any, key: KeyPath) -> Any:
    """Return a table as the dataclass `schema`. `msgspec` would ignore a key it does not know, so keys come first."""
    entries = _entries(raw, value, key)
    known = get_type_hints(schema)
    known.pop("digest", None)
    for name in entries:
        if name not in known:
            raise raw.error(_unknown((*key, name), known))
    members = {name: _converted(raw, known[name], entry, (*key, name)) for name, entry in entries.items()}
    try:
        return schema(**members)
    except TypeError:
        missing = next(name for name in known if name not in members)
        raise raw.error(Fault(key=key, message=f"expected `{dotted((*key, missing))}`, found none")) from None


def _entries(raw: Raw, value: Any, key: KeyPath) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise raw.error(Fault(key=key, message=f"expected a table at `{dotted(key)}`, found a value"))
    return value


def _unknown(key: KeyPath, known: Mapping[str, Any]) -> Fault:
    close = get_close_matches(key[-1], known, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(sorted(known))}"
    return Fault(key=key, message=f"unknown key `{dotted(key)}`", hint=hint)


def _explained(error: msgspec.ValidationError, expected: Any) -> str:
    """Return what `msgspec` found wrong, in the words of all our errors."""
    message, _, place = str(error).partition(" - at `$[")
    for choice in (expected, *get_args(expected)):
        if message.startswith("Invalid enum value") and isinstance(choice, type) and issubclass(choice, StrEnum):
            message = f"expected one of {', '.join(choice)}, found {message.removeprefix('Invalid enum value ')}"
    message = message.replace("Expected", "expected").replace(", got ", ", found ")
    return f"{message} (item {int(place.split(']')[0]) + 1})" if place else message
