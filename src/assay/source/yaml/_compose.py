"""Bytes to nodes: libyaml's events, put together under limits.

Trusted: libyaml's scanner, which reads on as events are asked for. Not trusted: the file. libyaml's own composer calls
itself for every level and copies nothing but counts nothing either, so it is not used: 10,000 open brackets would
overflow the C stack, and a kilobyte of aliases would give a reader billions of nodes. If lost: the worker process that
reads the file, never a verdict, for a file that cannot be read is `not_evaluated`.

Stricter than most readers on purpose, because what two readers understand in two ways is how a gate is passed by:
a key given twice, a key that is no scalar, an alias inside its own anchor.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import yaml

from assay.errors import SourceError
from assay.source.text import DecodedText, decode
from assay.source.yaml._limits import MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_NODES
from assay.source.yaml._nodes import Mapping, Node, Pair, Scalar, Sequence

_BYTE_ORDER_MARK = "\ufeff"
_MERGE = "<<"


def compose_all(data: bytes) -> tuple[Node, ...]:
    """Return the root of every document in `data`.

    Offsets are those of `data`, which may start with a byte order mark. Merge keys are resolved. An alias gives the
    node of its anchor itself, not a copy, and nodes form no cycle. Raises `SourceError` where the text is not YAML
    1.2 as libyaml reads it, says something twice, or passes a limit above.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(f"a YAML file must have at most {MAX_BYTES:,} bytes, found {len(data):,}")
    source = decode(data, kind="YAML")
    try:
        return tuple(_Composer(source).documents())
    except yaml.reader.ReaderError as error:
        raise SourceError(f"not YAML: {error.reason}", line=data.count(b"\n", 0, error.position) + 1) from None
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        raise SourceError(f"not YAML: {error.problem or error.context}", line=line) from None


@dataclass(slots=True, kw_only=True)
class _Open:
    """A collection whose end has not been read."""

    event: yaml.CollectionStartEvent
    children: list[Node] = field(default_factory=list)
    """For a mapping: key, value, key, value."""
    end: int
    """Index of the character after the last child, or after the start while there is none."""


class _Composer:
    """The state while one file is read. Indexes count characters of the text; nodes get byte offsets."""

    def __init__(self, source: DecodedText) -> None:
        self._text = source.text
        self._offset = source.offset
        # libyaml takes the first byte order mark for an encoding and does not count it.
        self._shift = 1 if source.text.startswith(_BYTE_ORDER_MARK) else 0
        self._parser = yaml.CSafeLoader(source.text)
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        """None while the anchor's node is not complete."""
        self._root: Node | None = None
        self._visited = 0
        self._aliases = 0

    def documents(self) -> Iterator[Node]:
        """Yield the root of every document."""
        while True:
            match event := self._parser.get_event():
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._start(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._finish(event)
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.DocumentStartEvent():
                    self._anchors.clear()
                case yaml.DocumentEndEvent() if self._root is not None:
                    yield self._root
                case yaml.StreamEndEvent():
                    return

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        start, end, style = self._start_of(event), self._end_of(event), event.style or ""
        if start == end:
            start = end = self._place_of_nothing(start)
        elif style in {"|", ">"}:
            end = self._end_of_content(start, end)
        scalar = Scalar(start=self._offset(start), end=self._offset(end), text=event.value, style=style, tag=event.tag)
        self._name(event, scalar)
        self._attach(event, scalar, end, visits=1)

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            self._refuse(event, f"a YAML file must have at most {MAX_ALIASES:,} aliases")
        if event.anchor not in self._anchors:
            self._refuse(event, "an alias must follow its anchor")
        node = self._anchors[event.anchor]
        if node is None:
            self._refuse(event, "an alias must not stand inside its own anchor")
        self._attach(event, node, self._end_of(event), visits=node.weight)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._refuse(event, f"YAML must be nested at most {MAX_DEPTH} deep")
        self._name(event, None)
        self._open.append(_Open(event=event, end=self._end_of(event)))

    def _finish(self, event: yaml.CollectionEndEvent) -> None:
        opened = self._open.pop()
        # libyaml ends a block collection at the next token, after blank lines and comments.
        end = self._end_of(event) if opened.event.flow_style else opened.end
        node = self._collection(opened, self._offset(end))
        if node.height > MAX_DEPTH:
            self._refuse(opened.event, f"YAML must be nested at most {MAX_DEPTH} deep, aliases followed")
        self._name(opened.event, node)
        self._attach(opened.event, node, end, visits=1)

    def _collection(self, opened: _Open, end: int) -> Mapping | Sequence:
        event, start = opened.event, self._offset(self._start_of(opened.event))
        if isinstance(event, yaml.MappingStartEvent):
            pairs = self._pairs(opened)
            values = [pair.value for pair in pairs.values()]
            weight = 1 + len(values) + sum(value.weight for value in values)
            height = 1 + max((value.height for value in values), default=1)
            flow = bool(event.flow_style)
            return Mapping(start=start, end=end, pairs=pairs, flow=flow, weight=weight, height=height, tag=event.tag)
        items, flow = tuple(opened.children), bool(event.flow_style)
        weight = 1 + sum(item.weight for item in items)
        height = 1 + max((item.height for item in items), default=0)
        return Sequence(start=start, end=end, items=items, flow=flow, weight=weight, height=height, tag=event.tag)

    def _pairs(self, opened: _Open) -> dict[str, Pair]:
        """Pair keys with values, refuse a key given twice, and add what merge keys bring and the mapping lacks."""
        pairs: dict[str, Pair] = {}
        merged: list[Node] = []
        for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._refuse(opened.event, "the keys of a mapping must be scalars")
            if key.text == _MERGE and not key.style:
                merged += value.items if isinstance(value, Sequence) else (value,)
            elif key.text in pairs:
                self._refuse(opened.event, "a key is given twice in the mapping that starts here")
            else:
                pairs[key.text] = Pair(key=key, value=value)
        for other in merged:
            if not isinstance(other, Mapping):
                self._refuse(opened.event, "a merge key (<<) must be given mappings")
            self._visit(opened.event, other.weight)
            pairs = pairs | {text: pair for text, pair in other.pairs.items() if text not in pairs}
        return pairs

    def _attach(self, event: yaml.Event, node: Node, end: int, *, visits: int) -> None:
        self._visit(event, visits)
        if self._open:
            self._open[-1].children.append(node)
            self._open[-1].end = end
        else:
            self._root = node

    def _visit(self, event: yaml.Event, nodes: int) -> None:
        self._visited += nodes
        if self._visited > MAX_NODES:
            self._refuse(event, f"a YAML file must have at most {MAX_NODES:,} nodes, aliases followed")

    def _name(self, event: yaml.NodeEvent, node: Node | None) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _start_of(self, event: yaml.Event) -> int:
        return event.start_mark.index + self._shift  # type: ignore[union-attr]  # libyaml marks every event

    def _end_of(self, event: yaml.Event) -> int:
        return event.end_mark.index + self._shift  # type: ignore[union-attr]  # libyaml marks every event

    def _place_of_nothing(self, index: int) -> int:
        """Return where a value that is not written stands: behind its indicator, not before the next token."""
        if index and self._text[index - 1] in ":-?":
            return index
        return self._open[-1].end if self._open else index

    def _end_of_content(self, start: int, end: int) -> int:
        """Return the end of the last line with content of the block scalar `start` to `end`."""
        block = self._text[start:end]
        content = len(block.rstrip())
        kept = len(block) - content - len(block[content:].lstrip(" \t"))
        return start + content + kept

    def _refuse(self, event: yaml.Event, message: str) -> NoReturn:
        raise SourceError(message, line=event.start_mark.line + 1)  # type: ignore[union-attr]  # as above
