"""Nodes as plain values, for policies and other readers of data."""

import math
from typing import Any, assert_never

from assay.source.yaml._nodes import Mapping, Node, Scalar, Sequence


def to_plain(node: Node) -> Any:
    """Return `node` as dicts, lists, strings, integers, floats, booleans and None, fit for JSON.

    The keys of a mapping are the text of its keys. A number that JSON lacks (`.inf`, `.nan`) stays its text. A node
    behind several aliases becomes several equal values, as many as the composer's limits allow.
    """
    match node:
        case Mapping(pairs=pairs):
            return {key: to_plain(pair.value) for key, pair in pairs.items()}
        case Sequence(items=items):
            return [to_plain(item) for item in items]
        case Scalar():
            value = node.value
            return node.text if isinstance(value, float) and not math.isfinite(value) else value
        case _:
            assert_never(node)
