"""From the text of `assay.toml` or `assay.yaml` to a `Config`.

Trusted: nothing in the text until every check has passed; who read it, and from which commit, is the caller's matter.
Not trusted: sizes, nesting, key names, references that leave the repository. If lost: whoever writes the text can
loosen the gate, which is why the gate reads it from the target of a change and never from the change.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass, replace
from enum import StrEnum
from types import UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from assay.config._faults import faults
from assay.config._raw import Fault, KeyPath, Raw, did_you_mean, dotted
from assay.config._toml import read_toml
from assay.config.schema import Config
from assay.errors import ConfigError

# A configuration with a thousand services takes about 100 KB; beyond this something else was put under the name.
MAX_TEXT_BYTES = 256 * 1024

DEFAULT_CONFIG = Config(digest=hashlib.sha256(b"").hexdigest())

_KINDS: Mapping[type, str] = {
    str: "a text",
    int: "an integer",
    bool: "a boolean",
    list: "a list",
    dict: "a table",
    type(None): "nothing",
}

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
    data = text.encode("utf-8", errors="surrogatepass")
    _refuse_size(data, path)
    raw = _read_yaml(text, path) if path.endswith(".yaml") else read_toml(text, path=path)
    config = cast("Config", _converted(raw, Config, raw.values, ()))
    for fault in faults(config):
        raise raw.error(fault)
    return replace(config, digest=hashlib.sha256(data).hexdigest())


def _refuse_size(data: bytes, path: str) -> None:
    if len(data) > MAX_TEXT_BYTES:
        raise ConfigError(f"expected at most {MAX_TEXT_BYTES} bytes, found {len(data)}", path=path)


def _read_yaml(text: str, path: str) -> Raw:
    from assay.config._yaml import read_yaml  # Only where it is used: a repository with assay.toml need not pay for it.

    return read_yaml(text, path=path)


def _decoded(data: bytes, path: str) -> str:
    _refuse_size(data, path)
    if data.startswith(b"\xef\xbb\xbf"):
        raise ConfigError("expected UTF-8 without a byte order mark", path=path, line=1)
    try:
        return data.decode()
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
        return _plain(expected, value)
    except _MismatchError as error:
        raise raw.error(Fault(key=key, message=f"`{dotted(key)}`: {error}")) from None


def _table(raw: Raw, schema: type, value: Any, key: KeyPath) -> Any:
    """Return a table as the dataclass `schema`. An unknown key is looked for first."""
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
    hint = did_you_mean(key[-1], known) or f"known here: {', '.join(sorted(known))}"
    return Fault(key=key, message=f"unknown key `{dotted(key)}`", hint=hint)


class _MismatchError(Exception):
    """A value is not of the type that the schema expects."""


def _plain(expected: Any, value: Any) -> Any:
    """Return `value` as text, integer, one of a closed set, or a tuple of these, strictly."""
    if get_origin(expected) is tuple:
        return tuple(_item(get_args(expected)[0], item, number) for number, item in enumerate(_checked(list, value), 1))
    if get_origin(expected) is UnionType:  # Of a type and None: what is left out.
        return None if value is None else _plain(get_args(expected)[0], value)
    if issubclass(expected, StrEnum):
        if value not in list(expected):
            raise _MismatchError(f"expected one of {', '.join(expected)}, found {_shown(value)}")
        return expected(value)
    return _checked(expected, value)


def _item(expected: Any, item: Any, number: int) -> Any:
    try:
        return _plain(expected, item)
    except _MismatchError as error:
        raise _MismatchError(f"{error} (item {number})") from None


def _checked(expected: type, value: Any) -> Any:
    if type(value) is not expected:  # Not isinstance: a boolean is no integer here.
        raise _MismatchError(f"expected {_KINDS[expected]}, found {_kind(value)}")
    return value


def _shown(value: Any) -> str:
    return f"`{value}`" if isinstance(value, str) else _kind(value)


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), f"a {type(value).__name__}")
