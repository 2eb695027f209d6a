"""Canonical JSON (RFC 8785) without floats: objects, arrays, strings, integers, booleans, null.

Called wherever bytes are hashed or signed: subjects, fingerprints, statements, ledger entries. Signed JSON holds no
floats, so the hard part of RFC 8785 (section 3.2.2.3, numbers) never arises, and they are refused.
"""

import json
from collections.abc import Mapping
from typing import Any

# RFC 8785 section 3.2.2.3 and RFC 7493 section 2.2: integers beyond this lose precision in IEEE 754 readers.
MAX_SAFE_INTEGER = 2**53 - 1


def canonical(value: Any) -> bytes:
    """Return the canonical UTF-8 bytes of `value`.

    Raises `TypeError` for a float or any type JSON lacks, `ValueError` for an integer beyond 2**53-1 or
    a lone surrogate.
    """
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def _ordered(value: Any) -> Any:
    """Copy `value` with the members of every object in UTF-16 code unit order (RFC 8785 section 3.2.3)."""
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) > MAX_SAFE_INTEGER:
                raise ValueError(f"an integer in canonical JSON must be within 2**53-1, found {value}")
            return value
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("the members of a JSON object are named by strings")
            return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
        case list() | tuple():
            return [_ordered(item) for item in value]
        case _:
            raise TypeError(f"canonical JSON holds no {type(value).__name__}")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
