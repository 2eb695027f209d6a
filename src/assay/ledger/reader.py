"""Reading a ledger: everything that needs no key but the public one, as an auditor does it.

Trusted: the log's public key, and this machine's record of what it has seen. Not trusted: every file of the log;
what is read is checked against the signed checkpoint first.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from assay.errors import LedgerCorruptError, LedgerError, StorageError
from assay.ledger.cas import Cas
from assay.ledger.checkpoint import SignedCheckpoint
from assay.ledger.entry import StatementEntry, decode_entry
from assay.ledger.files import Folder
from assay.ledger.load import load
from assay.ledger.lock import LOCK_TIMEOUT_S, locked
from assay.ledger.note import VerifierKey
from assay.ledger.proof import encode_receipt
from assay.ledger.seen import Seen
from assay.ledger.storage import LogFiles
from assay.ledger.verify import Progress, Verified, check_payloads, rehash
from assay.ledger.view import LogView
from assay.model.decision import CheckpointRef

_log = logging.getLogger(__name__)


class ReadableLog(ABC):
    """What a reader and the writer of a log have in common. Threads may share one."""

    def __init__(self, state: Path, public_key: bytes, *, seen: Path | None, lock_timeout_s: float) -> None:
        self._folder = Folder(state, writable=False)
        self._public_key = public_key
        self._seen_path = seen or state
        self._lock_timeout_s = lock_timeout_s

    @property
    @abstractmethod
    def _view(self) -> LogView:
        """The log as it is known now."""

    @property
    def cas(self) -> Cas:
        """The payloads that entries name."""
        return Cas(self._folder)

    @property
    def key(self) -> VerifierKey:
        """What an auditor needs to verify this log's checkpoints and receipts."""
        return VerifierKey(name=self._view.ref.origin, public_key=self._public_key)

    @property
    def size(self) -> int:
        """How many entries the log has."""
        return self._view.ref.size

    def checkpoint(self) -> CheckpointRef:
        """Return origin, size and root of the log."""
        return self._view.ref

    def signed_checkpoint(self) -> SignedCheckpoint:
        """Return the same with the note it is signed in."""
        return self._view.signed

    def entry(self, index: int) -> bytes:
        """Return one entry. Raises `LedgerError` where there is none, `LedgerCorruptError` where it was altered."""
        return self._holding(index).entry(index)

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the entries `start` up to but not including `end`, by default to the last."""
        view = self._view
        stop = view.ref.size if end is None else end
        if not 0 <= start <= stop <= view.ref.size:
            raise LedgerError(f"there are no entries {start} to {stop}: the log has {view.ref.size}")
        return view.entries(start, stop)

    def statements(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, StatementEntry]]:
        """Yield index and content of the statements among the entries; kinds this version does not know are skipped.

        Raises `LedgerCorruptError` for an entry that claims to be a statement's and is none.
        """
        for index, data in enumerate(self.entries(start, end), start):
            try:
                entry = decode_entry(data)
            except LedgerError as error:
                raise LedgerCorruptError(f"entry {index}: {error.message}", index=index) from error
            if entry is not None:
                yield index, entry

    def root(self, size: int) -> bytes:
        """Return the root the log had at `size`."""
        view, size = self._up_to(size)
        return view.root(size)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the audit path of an entry in the log of `size` entries, by default all of them."""
        view, size = self._up_to(size)
        if not 0 <= index < size:
            raise _no_entry(index, size)
        return view.inclusion_proof(index, size)

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """Return the proof that the log of `new` entries, by default all of them, begins with the log of `old`."""
        view, new = self._up_to(new)
        if not 0 <= old <= new:
            raise LedgerError(f"a log of {new} entries does not extend one of {old}")
        return view.consistency_proof(old, new)

    def prove(self, index: int) -> str:
        """Return a receipt for one entry: a text that `verify_receipt` checks without the log."""
        view = self._holding(index)
        signed = view.signed  # Once: another thread may be appending.
        return encode_receipt(index, view.inclusion_proof(index, signed.ref.size), signed.note)

    def verify(self, *, payloads: bool = False, progress: Progress | None = None) -> Verified:
        """Read everything from the disk again and check it: entries, tiles, checkpoint, and what was seen of the log.

        With `payloads`, also that every envelope an entry names is in the store, unaltered; one that was erased is
        reported like one that was lost. Raises what opening the log does, `LedgerCorruptError` with the index of
        the first entry that does not hold.
        """
        view = self._load()
        rehash(view.files, view.published, progress)
        checked = check_payloads(self.cas, view.entries(0, view.ref.size)) if payloads else 0
        return Verified(size=view.ref.size, root=view.ref.root, payloads_checked=checked)

    def _load(self) -> LogView:
        with locked(self._folder, exclusive=False, timeout_s=self._lock_timeout_s):
            view = load(LogFiles(self._folder), self._public_key).view
            seen = Seen(Folder(self._seen_path, writable=False)).check(view, self._public_key)
            if seen is None or seen.ref.size < view.ref.size:
                self._record(view.signed)
            return view

    def _record(self, checkpoint: SignedCheckpoint) -> None:
        with closing(Seen(Folder(self._seen_path, writable=True))) as seen:
            try:
                seen.record(checkpoint, durable=True)
            except StorageError as error:
                _log.info("what was seen of the log cannot be recorded: %s", error)

    def _holding(self, index: int) -> LogView:
        view = self._view
        if not 0 <= index < view.ref.size:
            raise _no_entry(index, view.ref.size)
        return view

    def _up_to(self, size: int | None) -> tuple[LogView, int]:
        view = self._view
        if size is None:
            return view, view.ref.size
        if not 0 <= size <= view.ref.size:
            raise LedgerError(f"the log has {view.ref.size} entries, not {size}")
        return view, size


class LedgerReader(ReadableLog):
    """One log up to the checkpoint it had when it was opened or last refreshed."""

    def __init__(
        self, state: Path, public_key: bytes, *, seen: Path | None = None, lock_timeout_s: float = LOCK_TIMEOUT_S
    ) -> None:
        """Open the log in a state folder by the log's public key, the 32 bytes of an Ed25519 key.

        What was seen of it is kept in the state folder `seen`: the reader's own, or where none is given `state`
        itself, as far as it can be written.

        Raises `LedgerError` where there is no log, `LedgerCorruptError` where it does not hold together,
        `LedgerRolledBackError` or `LedgerForkedError` where it contradicts what was seen.
        """
        super().__init__(state, public_key, seen=seen, lock_timeout_s=lock_timeout_s)
        self._current = self._load()

    @property
    def _view(self) -> LogView:
        return self._current

    def refresh(self) -> None:
        """Go on to the checkpoint the log has now. Raises what opening it does."""
        self._current = self._load()


def _no_entry(index: int, size: int) -> LedgerError:
    return LedgerError(f"there is no entry {index}: the log has {size}")
