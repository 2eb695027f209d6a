"""The span editor: replace byte spans and keep every other byte."""

from collections.abc import Iterable

from assay.model.finding import Edit


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return `data` with every edit made; two edits that are equal are made once.

    Offsets are those of `data`. Raises `ValueError` where an edit lies outside of `data` or two edits overlap: the
    edits were then made for other bytes, and nothing is changed. Two different insertions at one place overlap too,
    because their order would be a guess.
    """
    pieces: list[bytes] = []
    done = 0
    previous: Edit | None = None
    for edit in sorted(set(edits), key=lambda edit: (edit.start, edit.end, edit.replacement)):
        if not 0 <= edit.start <= edit.end <= len(data):
            raise ValueError(f"the edit {edit.start}:{edit.end} lies outside of {len(data)} bytes")
        if edit.start < done or (previous is not None and edit.start == previous.start):
            raise ValueError(f"the edit {edit.start}:{edit.end} overlaps the one before it")
        pieces += [data[done : edit.start], edit.replacement.encode("utf-8")]
        done, previous = edit.end, edit
    return b"".join([*pieces, data[done:]])
