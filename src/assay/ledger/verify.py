"""Verifying a log from its entries up: hash every entry again, rebuild every tile, compare everything.

Nothing is taken for granted but the checkpoint, whose signature the caller has verified. What does not hold is
reported with the index of the first entry it touches.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assay.errors import LedgerCorruptError, LedgerError
from assay.ledger.cas import Cas
from assay.ledger.entry import decode_entry
from assay.ledger.storage import LogFiles
from assay.ledger.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    bundle_path,
    decode_tile,
    edge_root,
    encode_bundle,
    encode_tile,
    first_entry,
    split_bundle,
    tile_path,
    tile_root,
    widths,
)
from assay.ledger.tree import leaf_hashes
from assay.model.decision import CheckpointRef

Progress = Callable[[int, int], None]
"""Called with the number of entries checked so far and of all entries."""

_OLDER = "it stands for an older checkpoint, and what has replaced it is whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was verified: a log of `size` entries with this root."""

    size: int
    root: str
    """64 hex digits."""
    payloads_checked: int
    """Envelopes in the content-addressed store that were hashed again."""


def rehash(files: LogFiles, ref: CheckpointRef, progress: Progress | None = None) -> None:
    """Check every bundle and tile of a log against each other and against its root.

    Raises `LedgerCorruptError` for the first entry that does not hold.
    """
    edge: list[Tile] = []
    tiles: Iterable[Tile] = _leaf_tiles(files, ref.size, progress or _unheard)
    for level in range(len(widths(ref.size))):
        last: Tile = ()
        roots: list[bytes] = []
        for number, tile in enumerate(tiles):
            _compare(files, ref, level, number, tile)
            if len(tile) == TILE_WIDTH:
                roots.append(tile_root(tile))
            else:
                last = tile
                _compare_older(files, level, number, tile)
        edge.append(last)
        tiles = [roots[start : start + TILE_WIDTH] for start in range(0, len(roots), TILE_WIDTH)]
    if edge_root(ref.size, edge) != bytes.fromhex(ref.root):
        raise LedgerCorruptError(
            f"the {ref.size} entries and their tiles agree, but hash to another root than the signed checkpoint has",
            hint="entries and tiles were replaced together; restore the ledger folder from a copy",
        )


def check_payloads(cas: Cas, entries: Iterable[bytes]) -> int:
    """Hash again every envelope that the entries name; return how many there are.

    Raises `LedgerCorruptError` for the first one that is missing or altered.
    """
    checked = 0
    for index, data in enumerate(entries):
        try:
            entry = decode_entry(data)
            if entry is not None:
                cas.get(entry.envelope)
                checked += 1
        except LedgerError as error:
            raise LedgerCorruptError(f"entry {index}: {error.message}", index=index, hint=error.hint) from error
    return checked


def _leaf_tiles(files: LogFiles, size: int, progress: Progress) -> Iterator[Tile]:
    """Yield the tiles of level 0 as the entries themselves make them."""
    for first in range(0, size, TILE_WIDTH):
        number, width = first // TILE_WIDTH, min(TILE_WIDTH, size - first)
        data = files.bundle(number, width)
        if data is None:
            raise LedgerCorruptError(f"{bundle_path(number, width)}: missing, with entry {first}", index=first)
        entries, end = split_bundle(data, width)
        leaves = leaf_hashes(entries)
        if end != len(data) or len(entries) < width:
            index = first + _first_difference(leaves, decode_tile(files.tile(0, number, width) or b""), width)
            raise LedgerCorruptError(f"{bundle_path(number, width)}: cut off or altered at entry {index}", index=index)
        yield leaves
        progress(first + width, size)
        # After the caller has compared the tile: an entry altered now is named before one altered in an older file.
        for older in files.older_widths(bundle_path(number), width):
            if files.bundle(number, older) != encode_bundle(entries[:older]):
                raise LedgerCorruptError(f"{bundle_path(number, older)}: altered; {_OLDER}", index=first)


def _unheard(checked: int, size: int) -> None:
    """Report progress to nobody."""


def _first_difference(tile: Tile, stored: Tile, width: int) -> int:
    """Return the first place at which a tile of `width` hashes differs from the stored one."""
    same = (left == right for left, right in zip(tile, stored, strict=False))
    shorter = min(len(tile), len(stored), width - 1)
    return next((place for place, equal in enumerate(same) if not equal), shorter)


def _compare(files: LogFiles, ref: CheckpointRef, level: int, number: int, tile: Tile) -> None:
    """Compare a rebuilt tile with the stored one; where they differ, say which of them the tree above agrees with."""
    width = len(tile)
    data = files.tile(level, number, width)
    if data == encode_tile(tile):
        return
    path = tile_path(level, number, width)
    stored = decode_tile(data or b"")
    place = _first_difference(tile, stored, width)
    index, after = first_entry(level, number, place), first_entry(level, number, place + 1)
    where = f"entry {index}" if level == 0 else f"entries {index} to {after - 1}"
    if _fits(files, ref, level, number, tile):
        state = "missing" if data is None else f"altered ({len(data)} bytes)"
        raise LedgerCorruptError(f"{path}: {state}, at the hash over {where}; the entries are whole", index=index)
    if len(stored) == width and _fits(files, ref, level, number, stored):
        raise LedgerCorruptError(f"{where}: altered; {path} and the tree above still have the hash", index=index)
    raise LedgerCorruptError(f"{where}: {path} has another hash, and the tree above agrees with neither", index=index)


def _compare_older(files: LogFiles, level: int, number: int, tile: Tile) -> None:
    """Compare the partial tiles that stand for the checkpoints before: each is the beginning of the one now."""
    for width in files.older_widths(tile_path(level, number), len(tile)):
        if files.tile(level, number, width) != encode_tile(tile[:width]):
            path = tile_path(level, number, width)
            raise LedgerCorruptError(f"{path}: altered; {_OLDER}", index=first_entry(level, number))


def _fits(files: LogFiles, ref: CheckpointRef, level: int, number: int, tile: Tile) -> bool:
    """Tell whether the tree above a tile, as stored, has the hash that this tile would give."""
    if len(tile) == TILE_WIDTH:
        above, place = divmod(number, TILE_WIDTH)
        width = min(TILE_WIDTH, (ref.size >> TILE_HEIGHT * (level + 1)) - above * TILE_WIDTH)
        hashes = decode_tile(files.tile(level + 1, above, width) or b"")
        return hashes[place : place + 1] == [tile_root(tile)]
    edge = [*files.edge(ref.size)]
    edge[level] = list(tile)
    return edge_root(ref.size, edge) == bytes.fromhex(ref.root)
