"""What this machine has seen of a log: the last checkpoint, kept outside the ledger folder.

Trusted: this folder. Not trusted: the log, which may have been put back to an older state or swapped for another
history of the same key. If lost: a rollback to before the loss goes unnoticed on this machine; a checkpoint kept
anywhere else still betrays it.
"""

import os

from assay.errors import LedgerError, LedgerForkedError, LedgerRolledBackError, VerificationError
from assay.ledger.checkpoint import ORIGIN_PREFIX, SignedCheckpoint, decode_note, open_checkpoint
from assay.ledger.files import Folder
from assay.ledger.note import MAX_NOTE_BYTES
from assay.ledger.tree import verify_consistency
from assay.ledger.view import LogView

# Two notes stand in the file and are written in turn, so a torn write costs the older of them. A note of a log of
# ours has less than half of this.
_SLOT_BYTES = 512

_RESTORE = "find out who replaced the log, and restore the ledger folder from a copy that has it all"


class Seen:
    """The checkpoint of one log in `seen/<origin>` of a folder. Only who holds the log's lock may use it."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._fd: int | None = None
        self._slot = 0
        """Where the next note goes: not over the newest."""

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

    def record(self, checkpoint: SignedCheckpoint, *, durable: bool) -> None:
        """Write down a checkpoint that was proven to extend what was seen. Raises `StorageError`.

        Without `durable` a power cut may bring back the one before, which does no harm; a killed process does not.
        That makes it cheap enough for every commit, so nothing that was acknowledged can be taken away unseen.
        """
        name = _name(checkpoint.ref.origin)
        with self._folder.reported(name):
            if self._fd is None:
                self._fd = self._folder.open_file(name)
            self._folder.write(self._fd, checkpoint.note.encode().ljust(_SLOT_BYTES, b"\0"), self._slot * _SLOT_BYTES)
            if durable:
                self._folder.sync(self._fd)
        self._slot = 1 - self._slot

    def close(self) -> None:
        """Let go of the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

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
        """Return the newer of the two notes that are whole; the next one is written over the other."""
        data = self._folder.read(_name(origin), MAX_NOTE_BYTES) or b""
        found: dict[int, SignedCheckpoint] = {}
        error: VerificationError | None = None
        for slot in (0, 1):
            note = data[slot * _SLOT_BYTES : (slot + 1) * _SLOT_BYTES].rstrip(b"\0")
            try:
                if note:
                    found[slot] = _open(note, origin, public_key)
            except VerificationError as caught:
                error = caught
        if error and not found:
            raise LedgerError(
                f"{_name(origin)}: {error.message}",
                hint="the record was altered or is of another key; compare the log with a checkpoint kept elsewhere",
            ) from error
        if not found:
            return None
        newest = max(found, key=lambda slot: found[slot].ref.size)
        self._slot = 1 - newest
        return found[newest]


def _open(note: bytes, origin: str, public_key: bytes) -> SignedCheckpoint:
    seen = open_checkpoint(decode_note(note), public_key)
    if seen.ref.origin != origin:
        raise VerificationError(f"a checkpoint of {seen.ref.origin}")
    return seen


def _name(origin: str) -> str:
    return f"seen/{origin}".rstrip("/")
