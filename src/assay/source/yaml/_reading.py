"""The way in to the composer: PyYAML is imported when there is YAML to read, not by who only might have some."""

from assay.errors import SourceError
from assay.source.yaml._nodes import Node


def compose(data: bytes) -> Node | None:
    """Return the root of the only document in `data`, None where it holds none; raises `SourceError`."""
    roots = compose_all(data)
    if len(roots) > 1:
        raise SourceError(f"expected one YAML document, found {len(roots)}")
    return roots[0] if roots else None


def compose_all(data: bytes) -> tuple[Node, ...]:
    """Return the root of every document in `data`; see `assay.source.yaml._compose`. Raises `SourceError`."""
    from assay.source.yaml._compose import compose_all as read_all

    return read_all(data)
