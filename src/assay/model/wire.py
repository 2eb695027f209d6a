"""Between the nouns and plain JSON values: a dataclass becomes an object, None is left out, an enum is its value."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any


def to_wire(value: Any) -> Any:
    """Return `value` as objects, arrays, strings, integers and booleans, the members named as the fields are."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        members = ((item.name, getattr(value, item.name)) for item in fields(value))
        return {name: to_wire(member) for name, member in members if member is not None}
    if isinstance(value, Mapping):
        return {str(key): to_wire(member) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [to_wire(item) for item in value]
    return value
