"""Between the nouns and plain JSON values: a dataclass becomes an object, None is left out, an enum is its value."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

# Nine values in ten, and JSON values as they are. Exact types: an enum may be a string as well.
_PLAIN = frozenset({str, int, bool, type(None)})


def to_wire(value: Any) -> Any:
    """Return `value` as objects, arrays, strings, integers and booleans, the members named as the fields are."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        members = ((name, getattr(value, name)) for name in _names(type(value)))
        return {name: to_wire(member) for name, member in members if member is not None}
    if isinstance(value, Mapping):
        return {str(key): to_wire(member) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [to_wire(item) for item in value]
    return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))
