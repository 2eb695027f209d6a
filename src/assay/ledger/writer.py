"""Writing a log: entries first, made durable; then their checkpoint is signed; then that is made durable.

A root is signed only over entries that are on the device, and only on top of the frontier that hashes to the last
root signed. So whatever a crash leaves, the entries under a signature are found again, and no size is ever signed
with two roots.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import chain

from assay.errors import LedgerError, LedgerForkedError
from assay.ledger.checkpoint import SignedCheckpoint, sign_checkpoint
from assay.ledger.load import load
from assay.ledger.note import NoteSigner
from assay.ledger.seen import Seen
from assay.ledger.storage import CHECKPOINT_NAME, LOG_FOLDER, LogFiles
from assay.ledger.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    bundle_path,
    encode_bundle,
    encode_tile,
    tile_path,
    tile_spot,
    widths,
)
from assay.ledger.view import LogView
from assay.ledger.wal import Frame, Wal
from assay.model.decision import CheckpointRef

# When a tail is integrated while more is coming. Large enough that its files are many per sync, small enough that
# reading it back takes some 50 ms.
_TAIL_ENTRIES = 16_384
_TAIL_BYTES = 16 * 2**20


class LogWriter:
    """The one writer of a log. Every method asks that the caller hold the log's lock alone.

    Where the disk refuses, a method raises `StorageError`; `refresh` goes on from what was acknowledged before.
    """

    view: LogView
    """The log as it is known now; another one after a refresh that found changes."""

    def __init__(self, files: LogFiles, signer: NoteSigner, seen: Seen) -> None:
        """Load the log, and finish what a writer that died left behind."""
        self._files = files
        self._signer = signer
        self._seen = seen
        self._wal = Wal(files.folder)
        self._pending: SignedCheckpoint | None = None
        """Signed over durable entries, and not durable itself yet."""
        self._published = b""
        """The checkpoint's file as it was left."""
        self._stale = True
        """A write did not come to its end, so what is in memory is not known to be on the disk."""
        with ExitStack() as undo:
            undo.callback(self.close)
            self._load()
            self.integrate()
            undo.pop_all()

    def close(self) -> None:
        """Let go of the files."""
        self._wal.close()
        self._seen.close()

    @property
    def tail_is_long(self) -> bool:
        """Whether it is time to integrate."""
        return len(self.view.tail.entries) >= _TAIL_ENTRIES or self._wal.end >= _TAIL_BYTES

    def refresh(self) -> None:
        """Take in what other processes have written since this one held the lock last."""
        if self._wal.failed:
            raise LedgerError(
                "the device would not say that the last entries are on it, so what it holds is unknown",
                hint="check the device, then open the ledger anew: it reads back what is there",
            )
        if self._stale or self._wal.size() != self._wal.end or self._files.checkpoint() != self._published:
            self._load(self.view.ref.origin)

    def write(self, entries: Sequence[bytes]) -> None:
        """Make entries durable, together with the checkpoint over those of the call before; then sign theirs.

        They count, and may be acknowledged, once the next call has made that checkpoint durable.
        """
        view, pending = self.view, self._pending
        last = (pending or view.signed).ref
        if (view.frontier.size, view.frontier.root().hex()) != (last.size, last.root):
            raise LedgerForkedError(f"refused to sign: the tree in memory is not the one signed at size {last.size}")
        self._stale = True
        note = pending.note if pending else ""
        self._wal.append(Frame(first=view.frontier.size, entries=tuple(entries), note=note))
        if pending:
            self._seen.record(pending, durable=False)
            view.signed, self._pending = pending, None
        if entries:
            view.extend(entries)
            self._pending = self._sign()
        self._stale = False

    def integrate(self) -> None:
        """Put the tail into bundles and tiles, publish its checkpoint, and empty the write-ahead log."""
        view = self.view
        old, new = view.tail.first, view.ref.size
        self._stale = True
        if old < new:
            self._files.folder.write_all(chain(self._bundles(old, new), self._tiles(old, new)))
            self._published = view.signed.note.encode()
            self._files.folder.replace(CHECKPOINT_NAME, self._published)
            self._seen.record(view.signed, durable=True)
            view.settle()
        if self._wal.end:
            self._wal.truncate(0)
        self._stale = False
        self._remove_partial(old, new)

    def _load(self, origin: str | None = None) -> None:
        """Read the log, which must be that of `origin` where one is given, and finish what a dead writer began."""
        public_key = self._signer.public_key
        self._stale = True
        loaded = load(self._files, public_key)
        # Before anything is changed: what is refused must stay as it was found.
        if origin not in {None, loaded.view.ref.origin}:
            raise LedgerForkedError(f"the log {origin} was swapped for {loaded.view.ref.origin}")
        seen = self._seen.check(loaded.view, public_key)
        self.view, self._published, self._pending = loaded.view, loaded.published, None
        self._wal.truncate(loaded.wal_end)
        if self.view.frontier.size > self.view.ref.size:
            # Durable, and perhaps signed, by a writer that died before it could say so: never to be signed otherwise.
            self._wal.sync()
            self._pending = self._sign()
            self.write(())
        if seen is None or seen.ref.size < self.view.ref.size:
            self._seen.record(self.view.signed, durable=True)
        self._stale = False

    def _sign(self) -> SignedCheckpoint:
        frontier = self.view.frontier
        ref = CheckpointRef(origin=self.view.ref.origin, size=frontier.size, root=frontier.root().hex())
        return sign_checkpoint(ref, self._signer)

    def _bundles(self, old: int, new: int) -> Iterator[tuple[str, bytes]]:
        for first in range(old // TILE_WIDTH * TILE_WIDTH, new, TILE_WIDTH):
            end = min(first + TILE_WIDTH, new)
            name = bundle_path(first // TILE_WIDTH, end - first)
            yield f"{LOG_FOLDER}/{name}", encode_bundle(self.view.entries(first, end))

    def _tiles(self, old: int, new: int) -> Iterator[tuple[str, bytes]]:
        for level in range(len(widths(new))):
            before, after = old >> TILE_HEIGHT * level, new >> TILE_HEIGHT * level
            if before == after:
                return
            for first in range(before // TILE_WIDTH * TILE_WIDTH, after, TILE_WIDTH):
                number, width = first // TILE_WIDTH, min(TILE_WIDTH, after - first)
                hashes = self.view.edge[level, number][:width]
                yield f"{LOG_FOLDER}/{tile_path(level, number, width)}", encode_tile(hashes)

    def _remove_partial(self, old: int, new: int) -> None:
        """Remove the partial bundle and tiles of `old` that full ones have replaced, as tlog-tiles allows."""
        for level in range(len(widths(old))):
            number, width = tile_spot(level, old)
            if width and tile_spot(level, new)[0] > number:
                paths = [tile_path(level, number)] + [bundle_path(number)] * (level == 0)
                for path in paths:
                    self._files.folder.remove_folder(f"{LOG_FOLDER}/{path}.p")
