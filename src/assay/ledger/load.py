"""From the files of a log to a view of it: the published checkpoint and tiles, then the write-ahead log's tail."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.errors import LedgerCorruptError, LedgerError, LedgerRolledBackError, VerificationError
from assay.ledger.checkpoint import SignedCheckpoint, decode_note, is_origin, open_checkpoint
from assay.ledger.storage import CHECKPOINT_NAME, LogFiles
from assay.ledger.tiles import edge_root
from assay.ledger.tree import Frontier
from assay.ledger.verify import rehash
from assay.ledger.view import LogView
from assay.ledger.wal import WAL_NAME, Frame, decode_frames, read_wal


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A log as its files have it."""

    view: LogView
    """May hold more entries than its checkpoint covers: durable ones whose writer died before it signed."""
    published: bytes
    """The checkpoint's file."""
    wal_end: int
    """Offset after the last whole frame of the write-ahead log."""


def load(files: LogFiles, public_key: bytes) -> Loaded:
    """Read and check a log; the caller holds its lock.

    Raises `LedgerError` where there is none, `LedgerCorruptError` where it does not hold together,
    `LedgerRolledBackError` where it has files of a later state.
    """
    published = files.checkpoint()
    if published is None:
        raise no_log(files.folder.path)
    signed = _open(published, public_key, CHECKPOINT_NAME)
    edge = files.edge(signed.ref.size)
    if edge_root(signed.ref.size, edge) != bytes.fromhex(signed.ref.root):
        rehash(files, signed.ref)  # The long way, which says which entry it is.
        raise LedgerCorruptError("the rightmost tiles do not hash to the root of the signed checkpoint")
    view = LogView(files, signed, edge)
    frames, end = decode_frames(read_wal(files.folder))
    _replay(view, frames, public_key)
    surplus = files.surplus(view.frontier.size)
    if surplus is not None:
        raise LedgerRolledBackError(
            f"the log {signed.ref.origin} has {view.frontier.size} entries, but {surplus} was written when it had more",
            hint="an older checkpoint was put back; restore the ledger folder from a copy that has it all",
        )
    return Loaded(view=view, published=published, wal_end=end)


def no_log(state: Path) -> LedgerError:
    """Return the error for a state folder without a log."""
    return LedgerError(f"there is no ledger in {state}", hint="`assay init` makes one")


def _open(note: bytes, public_key: bytes, name: str) -> SignedCheckpoint:
    try:
        signed = open_checkpoint(decode_note(note), public_key)
    except VerificationError as error:
        raise LedgerCorruptError(f"{name}: {error.message}", hint=error.hint) from error
    if not is_origin(signed.ref.origin):
        raise LedgerCorruptError(f"{name}: {signed.ref.origin[:80]!r} is no origin of an Assay log")
    return signed


def _replay(view: LogView, frames: Sequence[Frame], public_key: bytes) -> None:
    """Extend the view by the frames that stand in no tile yet, up to the last checkpoint among them."""
    note, covered = "", Frontier()
    for frame in frames:
        if frame.first + len(frame.entries) <= view.ref.size:
            continue  # A writer died after it had published these and before it emptied the file.
        if frame.first != view.frontier.size:
            raise LedgerCorruptError(
                f"{WAL_NAME}: entry {view.frontier.size} is missing, the next one there is {frame.first}",
                index=view.frontier.size,
            )
        if frame.note:
            note, covered = frame.note, view.frontier.copy()
        view.extend(frame.entries)
    if note:
        view.signed = _checked(view, note, covered, public_key)


def _checked(view: LogView, note: str, covered: Frontier, public_key: bytes) -> SignedCheckpoint:
    """Verify the last checkpoint of the write-ahead log against the entries it covers."""
    signed = _open(note.encode(), public_key, WAL_NAME)
    expected = (view.ref.origin, covered.size, covered.root().hex())
    if (signed.ref.origin, signed.ref.size, signed.ref.root) != expected:
        raise LedgerCorruptError(
            f"{WAL_NAME}: entries {view.ref.size} to {covered.size - 1} do not hash to their signed checkpoint",
            index=view.ref.size,
        )
    return signed
