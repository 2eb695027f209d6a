"""Tiles and entry bundles as C2SP tlog-tiles names and encodes them. Pure: no input or output.

A tile holds 256 hashes, or fewer at the right edge; a bundle holds the entries under one tile of level 0.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from assay.errors import LedgerCorruptError, LedgerError
from assay.ledger.tree import HASH_BYTES, Frontier, parents

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT

# tlog-tiles, "Log entries": each entry stands behind a big-endian uint16 length.
MAX_ENTRY_BYTES = 2**16 - 1

# A full bundle of the largest entries; nothing bigger is ever read as one.
MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_ENTRY_BYTES)

Tile = Sequence[bytes]
"""The hashes of one tile, left to right."""


def tile_path(level: int, number: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile, for example `tile/0/x001/234.p/5`."""
    return f"tile/{level}/{_numbered(number, width)}"


def bundle_path(number: int, width: int = TILE_WIDTH) -> str:
    """Return the path of an entry bundle, for example `tile/entries/000`."""
    return f"tile/entries/{_numbered(number, width)}"


def tile_spot(level: int, entry: int) -> tuple[int, int]:
    """Return the number of the tile of `level` that covers an entry, and the entry's place in it."""
    return divmod(entry >> TILE_HEIGHT * level, TILE_WIDTH)


def first_entry(level: int, number: int, place: int = 0) -> int:
    """Return the index of the first entry under a place in a tile."""
    return number * TILE_WIDTH + place << TILE_HEIGHT * level


def widths(size: int) -> list[int]:
    """Return how many hashes the rightmost tile of each level has in a tree of `size` leaves, level 0 first.

    A level whose last tile is full has width 0 there.
    """
    found = []
    while size:
        found.append(size % TILE_WIDTH)
        size >>= TILE_HEIGHT
    return found


def encode_tile(hashes: Tile) -> bytes:
    """Return the bytes of a tile."""
    return b"".join(hashes)


def decode_tile(data: bytes) -> list[bytes]:
    """Return the hashes of a tile; a last one that is cut short is left out."""
    return [data[start : start + HASH_BYTES] for start in range(0, len(data) - HASH_BYTES + 1, HASH_BYTES)]


def rows(hashes: Tile) -> list[Tile]:
    """Return every complete node inside a tile by height: the tile itself, then each row of parents above it."""
    found = [hashes]
    while len(found[-1]) > 1:
        found.append(parents(found[-1]))
    return found


def tile_root(hashes: Tile) -> bytes:
    """Return the hash that a full tile has in the tile above it."""
    return rows(hashes)[TILE_HEIGHT][0]


def edge_frontier(size: int, edge: Sequence[Tile]) -> Frontier:
    """Return the frontier of a tree from its rightmost tile of each level, level 0 first."""
    subtrees: list[bytes] = []
    for hashes in reversed(edge):
        start = 0
        inner = rows(hashes)
        for height in reversed(range(TILE_HEIGHT)):
            if len(hashes) >> height & 1:
                subtrees.append(inner[height][start >> height])
                start += 1 << height
    return Frontier(size, subtrees)


def edge_root(size: int, edge: Sequence[Tile]) -> bytes | None:
    """Return the root of a tree from its rightmost tiles, or None where one of them has not the width it should."""
    if [len(hashes) for hashes in edge] != widths(size):
        return None
    return edge_frontier(size, edge).root()


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Return entries, each behind its length. Raises `LedgerError` for one that is too long."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise LedgerError(
                f"a log entry has at most {MAX_ENTRY_BYTES} bytes, this one has {len(entry)}",
                hint="put the payload into the content-addressed store and log its digest",
            )
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def decode_bundle(data: bytes, first: int, count: int) -> list[bytes]:
    """Return the `count` entries of a bundle whose first has index `first`; what follows them is ignored.

    Raises `LedgerCorruptError` with the index of the first entry that is cut off.
    """
    entries, _ = split_bundle(data, count)
    if len(entries) < count:
        index = first + len(entries)
        raise LedgerCorruptError(f"the bundle is cut off in entry {index}", index=index)
    return entries


def split_bundle(data: bytes, count: int) -> tuple[list[bytes], int]:
    """Return the entries of a bundle that are whole, at most `count`, and the offset after the last one."""
    entries = []
    start = end = 0
    with suppress(IndexError):
        for _ in range(count):
            start = end
            end += 2 + (data[end] << 8 | data[end + 1])
            entries.append(data[start + 2 : end])
    if end > len(data):
        entries.pop()
        end = start
    return entries, end


def bundle_bytes(entries: Sequence[bytes]) -> int:
    """Return how long the bundle of these entries is."""
    return sum(map(len, entries)) + 2 * len(entries)


def _numbered(number: int, width: int) -> str:
    """Return the last part of a path: the number in groups of three digits, and the width of a partial tile."""
    groups = f"{number % 1000:03d}"
    while number >= 1000:
        number //= 1000
        groups = f"x{number % 1000:03d}/{groups}"
    return groups if width == TILE_WIDTH else f"{groups}.p/{width}"
