"""What this machine has seen of a log: the last checkpoint, kept outside the ledger folder.

Trusted: this folder. Not trusted: the log, which may have been put back to an older state or swapped for another
history of the same key. If lost: a rollback to before the loss goes unnoticed on this machine; a checkpoint kept
anywhere else still betrays it.
"""

import logging

from assay.errors import LedgerError, LedgerForkedError, LedgerRolledBackError, VerificationError
from assay.ledger.checkpoint import ORIGIN_PREFIX, SignedCheckpoint, decode_note, open_checkpoint
from assay.ledger.files import Folder
from assay.ledger.note import MAX_NOTE_BYTES
from assay.ledger.tree import verify_consistency
from assay.ledger.view import LogView

_log = logging.getLogger(__name__)

_RESTORE = "find out who replaced the log, and restore the ledger folder from a copy that has it all"


class Seen:
    """Checkpoints by origin in `seen/<origin>` of a folder. Only who holds the log's lock may call its methods."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def check(self, view: LogView, public_key: bytes) -> SignedCheckpoint | None:
        """Prove that the log extends what was seen of it; return what was seen.

        Raises `LedgerRolledBackError` where the log is shorter, `LedgerForkedError` where it has another history,
        `LedgerError` where the record is damaged.
        """
        seen = self._read(view.ref.origin, public_key)
        if seen is None:
            return None
        old, new = seen.ref, view.ref
        if new.size < old.size:
            raise LedgerRolledBackError(
                f"the log {new.origin} has {new.size} entries, but this machine has seen it with {old.size}",
                hint=_RESTORE,
            )
        proof = view.consistency_proof(old.size, new.size)
        try:
            verify_consistency(old.size, new.size, proof, bytes.fromhex(old.root), bytes.fromhex(new.root))
        except VerificationError as error:
            raise LedgerForkedError(
                f"the log {new.origin} has {new.size} entries, and the first {old.size} are not those that this "
                f"machine has seen (root {view.root(old.size).hex()[:16]}, seen {old.root[:16]})",
                hint=_RESTORE,
            ) from error
        return seen

    def advance(self, checkpoint: SignedCheckpoint, *, durable: bool) -> None:
        """Record a checkpoint that was proven to extend the one recorded. Raises `StorageError`.

        Without `durable`, a power cut may bring an older record back; a crash of this process does not.
        """
        self._folder.replace(_name(checkpoint.ref.origin), checkpoint.note.encode(), durable=durable)

    def of_key(self, public_key: bytes) -> SignedCheckpoint | None:
        """Return what was seen of a log that this key signs, whatever its origin."""
        for name in self._folder.names(_name(ORIGIN_PREFIX)):
            try:
                seen = self._read(ORIGIN_PREFIX + name, public_key)
            except LedgerError:
                continue
            if seen is not None:
                return seen
        return None

    def _read(self, origin: str, public_key: bytes) -> SignedCheckpoint | None:
        name = _name(origin)
        data = self._folder.read(name, MAX_NOTE_BYTES)
        if data is None:
            return None
        if not data.strip(b"\0"):
            # What some file systems leave of a file that was replaced just before the power went.
            _log.warning("%s is empty: what was seen of this log is not known", name)
            return None
        try:
            seen = open_checkpoint(decode_note(data), public_key)
        except VerificationError as error:
            raise _damaged(name, error.message) from error
        if seen.ref.origin != origin:
            raise _damaged(name, f"a checkpoint of {seen.ref.origin}")
        return seen


def _name(origin: str) -> str:
    return f"seen/{origin}".rstrip("/")


def _damaged(name: str, what: str) -> LedgerError:
    return LedgerError(
        f"{name}: {what}",
        hint="the record was altered or is of another key; compare the log with a checkpoint kept elsewhere",
    )
