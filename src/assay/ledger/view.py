"""Reading a log: whatever is returned has been checked against the signed checkpoint first.

Trusted: the checkpoint, whose signature the caller has verified. Not trusted: tiles and bundles. The rightmost
tiles must hash to the checkpoint's root; every other tile must hash to its place in the tile above it, and every
entry to its place in its tile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assay.errors import LedgerCorruptError
from assay.ledger.checkpoint import SignedCheckpoint
from assay.ledger.storage import LogFiles
from assay.ledger.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    bundle_path,
    decode_bundle,
    decode_tile,
    edge_frontier,
    first_entry,
    rows,
    tile_path,
    tile_spot,
)
from assay.ledger.tree import consistency_proof, inclusion_proof, leaf_hash, leaf_hashes, root_at
from assay.model.decision import CheckpointRef

# About 33 kB each with all inner nodes; two levels of them cover the proofs over 32,768 neighbouring entries.
_CACHED_TILES = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """Entries that stand in no bundle yet. The list only ever grows."""

    first: int
    """Index of the first; everything before stands in bundles."""
    entries: list[bytes] = field(default_factory=list)


class LogView:
    """One log up to its last signed checkpoint. One thread may extend it while others read."""

    def __init__(self, files: LogFiles, published: SignedCheckpoint, edge: Sequence[list[bytes]]) -> None:
        """Start from a verified checkpoint and its rightmost tiles, level 0 first, which hash to its root."""
        size = published.ref.size
        self.files = files
        self.signed = published
        self.tail = Tail(first=size)
        self.frontier = edge_frontier(size, edge)
        self.edge = {(level, tile_spot(level, size)[0]): hashes for level, hashes in enumerate(edge) if hashes}
        """By level and number, the tiles that are not whole on disk; their lists only ever grow."""
        self._rows = lru_cache(_CACHED_TILES)(self._load_rows)

    @property
    def ref(self) -> CheckpointRef:
        """Origin, size and root of what has been signed."""
        return self.signed.ref

    @property
    def published(self) -> CheckpointRef:
        """The same of what stands in bundles and tiles."""
        size = self.tail.first
        return CheckpointRef(origin=self.ref.origin, size=size, root=self.root(size).hex())

    def extend(self, entries: Sequence[bytes]) -> None:
        """Take in entries that are durable. They count once a checkpoint over them is set as `signed`."""
        self.tail.entries.extend(entries)
        for leaf in leaf_hashes(entries):
            place = self.frontier.size
            for level, node in enumerate(self.frontier.append(leaf)[::TILE_HEIGHT]):
                self.edge.setdefault((level, tile_spot(level, place)[0]), []).append(node)

    def settle(self) -> None:
        """Note that everything signed stands in bundles and tiles now."""
        self.tail = Tail(first=self.ref.size)
        for key in [key for key, hashes in self.edge.items() if len(hashes) == TILE_WIDTH]:
            del self.edge[key]

    def node(self, height: int, index: int) -> bytes:
        """Return the hash of a complete subtree: the `HashReader` of this log."""
        level, rise = divmod(height, TILE_HEIGHT)
        number, offset = divmod(index << rise, TILE_WIDTH)
        hashes = self.edge.get((level, number))
        width = TILE_WIDTH if hashes is None else len(hashes)
        return self._rows(level, number, width)[rise][offset >> rise]

    def root(self, size: int) -> bytes:
        """Return the root the log had at `size`."""
        return root_at(size, self.node)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Return the audit path of an entry in the log of `size` entries."""
        return inclusion_proof(index, size, self.node)

    def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the log of `new` entries begins with the log of `old`."""
        return consistency_proof(old, new, self.node)

    def entry(self, index: int) -> bytes:
        """Return one entry. Raises `LedgerCorruptError`."""
        tail = self.tail
        if index >= tail.first:
            return tail.entries[index - tail.first]
        number, offset = divmod(index, TILE_WIDTH)
        entry = decode_bundle(self._bundle(number, tail), number * TILE_WIDTH, offset + 1)[offset]
        self._check(index, leaf_hash(entry))
        return entry

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the entries `start` to `end`. Raises `LedgerCorruptError` before the bundle that does not hold."""
        tail = self.tail
        for number in range(start // TILE_WIDTH, -(-min(end, tail.first) // TILE_WIDTH)):
            first = number * TILE_WIDTH
            bundle = decode_bundle(self._bundle(number, tail), first, min(TILE_WIDTH, tail.first - first))
            for index, leaf in enumerate(leaf_hashes(bundle), first):
                self._check(index, leaf)
            yield from bundle[max(start - first, 0) : end - first]
        yield from tail.entries[max(start - tail.first, 0) : max(end - tail.first, 0)]

    def _bundle(self, number: int, tail: Tail) -> bytes:
        first = number * TILE_WIDTH
        data = self.files.bundle(number, min(TILE_WIDTH, tail.first - first))
        if data is None:
            raise LedgerCorruptError(f"{bundle_path(number)}: the bundle of entry {first} is missing", index=first)
        return data

    def _check(self, index: int, leaf: bytes) -> None:
        if leaf != self.node(0, index):
            raise LedgerCorruptError(
                f"{bundle_path(index // TILE_WIDTH)}: entry {index} does not hash to its leaf of the tree", index=index
            )

    def _load_rows(self, level: int, number: int, width: int) -> list[Tile]:
        hashes = self.edge.get((level, number))
        if hashes is not None:
            return rows(hashes[:width])
        found = rows(decode_tile(self.files.tile(level, number) or b"")[:TILE_WIDTH])
        if found[-1] != [self.node(TILE_HEIGHT * (level + 1), number)]:
            index = first_entry(level, number)
            raise LedgerCorruptError(
                f"{tile_path(level, number)}: does not hash to its place in the tile above; it covers entry {index}",
                index=index,
                hint="`assay ledger verify` names the first bad entry",
            )
        return found
