"""YAML text to plain values, and the lines where its keys stand.

The schema needs no anchors, aliases, tags or second documents, so they are refused, and with them the texts that grow
when they are read. Read event by event, so that a text that nests too deeply is left at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from assay.config._raw import KeyPath, Raw, printable
from assay.errors import ConfigError

# The schema is four levels deep (table, name, key, list).
MAX_DEPTH = 16

_RESOLVER = yaml.resolver.Resolver()

# YAML 1.1 also takes `010` for eight and `1:30` for ninety; here such a scalar stays the text it looks like.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


def read_yaml(text: str, *, path: str) -> Raw:
    """Return the values and key lines of a YAML text; raises `ConfigError`."""
    reader = _Reader(events=yaml.parse(text, Loader=yaml.CSafeLoader), path=path)
    try:
        values = reader.document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigError(f"not YAML: {error.problem}", path=path, line=line) from None
    except (yaml.YAMLError, UnicodeEncodeError):
        raise ConfigError("not YAML: it holds a character that YAML does not allow", path=path) from None
    return Raw(path=path, values=values, lines=reader.lines)


@dataclass(slots=True)
class _Reader:
    """One pass over the events of a text."""

    events: Iterator[Event]
    path: str
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the one mapping that the text is; nothing at all is an empty one."""
        values: dict[str, Any] | None = None
        for event in self.events:
            match event:
                case StreamStartEvent() | StreamEndEvent() | DocumentEndEvent():
                    continue
                case DocumentStartEvent() if values is None:
                    continue
                case MappingStartEvent() if values is None:
                    self._plain(event)
                    values = self._mapping((), 1)
                case ScalarEvent(value="") if values is None:
                    values = {}
                case DocumentStartEvent():
                    self._refuse(event, "expected one document, found a second")
                case _:
                    self._refuse(event, "expected keys and values")
        return values or {}

    def _value(self, event: Event, path: KeyPath, depth: int) -> Any:
        if depth > MAX_DEPTH:
            self._refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        self._plain(event)
        match event:
            case ScalarEvent():
                return self._scalar(event)
            case SequenceStartEvent():
                return [self._value(item, path, depth + 1) for item in self._until(SequenceEndEvent)]
            case _:
                return self._mapping(path, depth + 1)

    def _mapping(self, path: KeyPath, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key in self._until(MappingEndEvent):
            self._plain(key)
            if not isinstance(key, ScalarEvent):
                self._refuse(key, "expected a key of one word")
            if key.value in values:
                self._refuse(key, f"`{key.value}` stands here for the second time")
            here = (*path, key.value)
            self.lines[here] = _line(key)
            values[key.value] = self._value(next(self.events), here, depth)
        return values

    def _until(self, end: type[Event]) -> Iterator[Event]:
        return iter(lambda: None if isinstance(event := next(self.events), end) else event, None)

    def _scalar(self, event: ScalarEvent) -> Any:
        """Return the text, or the integer, boolean or null that a plain scalar stands for."""
        tag: str = _RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]  # stubs
        match tag.rpartition(":")[2]:
            case "bool":
                return event.value.lower() in {"yes", "true", "on"}
            case "null":
                return None
            case "int" if _INTEGER.fullmatch(event.value):
                return int(event.value)
            case _:
                return event.value

    def _plain(self, event: Event) -> None:
        """Refuse anchors, aliases and tags."""
        if isinstance(event, NodeEvent) and (event.anchor is not None or getattr(event, "tag", None) is not None):
            self._refuse(event, "anchors, aliases and tags are not read here")

    def _refuse(self, event: Event, message: str) -> NoReturn:
        raise ConfigError(printable(message), path=self.path, line=_line(event))


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
