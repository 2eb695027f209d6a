"""YAML with byte spans: `compose` gives nodes, `to_plain` values, `insert_*` edits."""

from assay.source.yaml._insert import insert_after, insert_before, insert_into_flow, on_one_line
from assay.source.yaml._limits import MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_NODES
from assay.source.yaml._nodes import Mapping, Node, Pair, Path, Scalar, Sequence, find, walk
from assay.source.yaml._paths import format_path, parse_path
from assay.source.yaml._plain import to_plain
from assay.source.yaml._reading import compose, compose_all

__all__ = [
    "MAX_ALIASES",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Mapping",
    "Node",
    "Pair",
    "Path",
    "Scalar",
    "Sequence",
    "compose",
    "compose_all",
    "find",
    "format_path",
    "insert_after",
    "insert_before",
    "insert_into_flow",
    "on_one_line",
    "parse_path",
    "to_plain",
    "walk",
]
