"""What a YAML document is made of, with the bytes every part stands in."""

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from assay.source.yaml._scalars import Plain, resolve


# Identity, not content, is what makes two nodes equal: the same text at two places is two nodes.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scalar:
    """A string, number, boolean or null as it is written."""

    weight: ClassVar[int] = 1
    height: ClassVar[int] = 1

    start: int
    """Offset of the first byte, a tag or an anchor included."""
    end: int
    """Offset after the last byte; a block scalar ends before the line break of its last line with content."""
    text: str
    """Quotes, escapes and folding undone."""
    style: str
    """`''` plain, `"'"`, `'"'`, `'|'` or `'>'`."""
    tag: str | None = None

    @property
    def value(self) -> Plain:
        """What the scalar stands for by the core schema of YAML 1.2: `on`, `yes` and `1:30` are strings."""
        return resolve(self.text, style=self.style, tag=self.tag)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequence:
    """A list. A block sequence ends where its last item ends."""

    start: int
    end: int
    items: tuple["Node", ...]
    flow: bool
    """Written in brackets."""
    weight: int = field(repr=False)
    """Nodes that a reader visits from here, those behind an alias once for each alias."""
    height: int = field(repr=False)
    """Nodes on the longest way down, itself included."""
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """A key and its value."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mapping:
    """An object. A block mapping ends where its last value ends."""

    start: int
    end: int
    pairs: ReadOnly[str, Pair]
    """By the text of the key, in the order written; pairs that a merge key (`<<`) brings come last."""
    flow: bool
    """Written in braces."""
    weight: int = field(repr=False)
    height: int = field(repr=False)
    tag: str | None = None

    def get(self, key: str) -> "Node | None":
        """Return the value at `key`."""
        pair = self.pairs.get(key)
        return None if pair is None else pair.value


Node: TypeAlias = Scalar | Sequence | Mapping
Path: TypeAlias = tuple[str | int, ...]


def find(node: Node | None, *path: str | int) -> Node | None:
    """Return the node at `path` below `node`, None where there is none."""
    for part in path:
        match node, part:
            case Mapping(), str():
                node = node.get(part)
            case Sequence(), int():
                node = node.items[part] if 0 <= part < len(node.items) else None
            case _:
                return None
    return node


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yield `node` and all below it with their paths, depth first in the order written.

    A node behind several aliases is yielded once for each; the composer's limits bound how many that are.
    """
    yield path, node
    if isinstance(node, Mapping):
        for key, pair in node.pairs.items():
            yield from walk(pair.value, (*path, key))
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from walk(item, (*path, index))
