"""A file as the plain values a policy is asked about: YAML, JSON or TOML, by its suffix.

Trusted: the parsers. Not trusted: the file. If lost: the worker process that reads it. The limits are those of YAML,
so that the same value passes or fails in every notation; a key given twice is refused, because two readers would keep
two different values.
"""

import datetime as dt
import json
import math
import re
import tomllib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, NoReturn, cast

from assay.errors import SourceError
from assay.source.text import decode
from assay.source.yaml import MAX_BYTES, MAX_DEPTH, MAX_NODES, compose_all, to_plain

# tomllib's message starts with words and may go on with a key or a path of keys, which are the file's own words.
_OWN_WORDS = re.compile(r"[^'\"(\[{]*")
_TOML_LINE = re.compile(r"\(at line (\d+),")


def parse_documents(path: str, data: bytes) -> list[Any]:
    """Return the documents of the file: one for JSON and TOML, any number for YAML.

    Values are those of JSON: a date of TOML is its RFC 3339 text, a number that JSON lacks is its name. Raises
    `SourceError` where no parser knows the suffix of `path`, the text is malformed, or a limit is passed.
    """
    suffix = PurePosixPath(path).suffix.lower()
    parse = _PARSERS.get(suffix)
    if parse is None:
        raise SourceError(f"expected a file in {', '.join(_PARSERS)}, found {suffix or 'no suffix'}")
    return parse(data)


def has_parser(path: str) -> bool:
    """Return whether the suffix of `path` is one that `parse_documents` knows."""
    return PurePosixPath(path).suffix.lower() in _PARSERS


def _yaml(data: bytes) -> list[Any]:
    return [to_plain(root) for root in compose_all(data)]


def _json(data: bytes) -> list[Any]:
    text = _text(data, kind="JSON").removeprefix("\ufeff")
    try:
        value = json.loads(text, object_pairs_hook=_members, parse_constant=_no_json_number)
    except json.JSONDecodeError as error:
        raise SourceError(f"not JSON: {error.msg}", line=error.lineno) from None
    except (RecursionError, ValueError) as error:
        raise _beyond_limits("JSON", error) from None
    return [_bounded(value)]


def _toml(data: bytes) -> list[Any]:
    text = _text(data, kind="TOML")
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _TOML_LINE.search(str(error))
        message = cast(re.Match[str], _OWN_WORDS.match(str(error)))[0].strip()
        raise SourceError(f"not TOML: {message}", line=int(line[1]) if line else None) from None
    except (RecursionError, ValueError) as error:
        raise _beyond_limits("TOML", error) from None
    return [_bounded(value)]


_PARSERS: dict[str, Callable[[bytes], list[Any]]] = {".yaml": _yaml, ".yml": _yaml, ".json": _json, ".toml": _toml}


def _text(data: bytes, *, kind: str) -> str:
    if len(data) > MAX_BYTES:
        raise SourceError(f"a {kind} file must have at most {MAX_BYTES:,} bytes, found {len(data):,}")
    return decode(data, kind=kind).text


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise SourceError("a key is given twice in one JSON object")
    return members


def _no_json_number(name: str) -> NoReturn:
    raise SourceError(f"not JSON: {name} is no number")


def _beyond_limits(kind: str, error: Exception) -> SourceError:
    if isinstance(error, RecursionError):
        return SourceError(f"{kind} must be nested at most {MAX_DEPTH} deep")
    # Python reads at most 4,300 digits, since reading more takes quadratic time (CVE-2020-10735).
    return SourceError(f"{kind} holds a number with too many digits")


def _bounded(value: Any) -> Any:
    """Return `value` as JSON has it; raises `SourceError` where it is too deep or too large."""
    return _Bounds().plain(value, depth=1)


class _Bounds:
    def __init__(self) -> None:
        self._nodes = 0

    def plain(self, value: Any, *, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise SourceError(f"a file must have at most {MAX_NODES:,} values")
        if depth > MAX_DEPTH:
            raise SourceError(f"values must be nested at most {MAX_DEPTH} deep")
        match value:
            case dict():
                return {key: self.plain(member, depth=depth + 1) for key, member in value.items()}
            case list():
                return [self.plain(item, depth=depth + 1) for item in value]
            case float() if not math.isfinite(value):
                return str(value)
            case dt.date() | dt.time():
                return value.isoformat()
            case _:
                return value
