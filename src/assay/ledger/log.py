"""The ledger: an append-only, signed, verifiable log of statements, with one writer at a time.

Trusted: the log's signing key, this machine's record of what it has seen, and the lock of the state folder. If the
key is lost, its holder can write another history, which shows to anyone who kept a checkpoint or a receipt of
this one.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from assay.errors import LedgerError, LedgerRolledBackError
from assay.ledger.checkpoint import new_origin, sign_checkpoint
from assay.ledger.commit import Appended, Committer
from assay.ledger.entry import StatementEntry, encode_entry
from assay.ledger.files import Folder
from assay.ledger.load import no_log
from assay.ledger.lock import LOCK_TIMEOUT_S, locked
from assay.ledger.note import NoteSigner
from assay.ledger.reader import ReadableLog
from assay.ledger.seen import Seen
from assay.ledger.storage import CHECKPOINT_NAME, LOG_FOLDER, LogFiles
from assay.ledger.tiles import MAX_ENTRY_BYTES, bundle_bytes
from assay.ledger.tree import EMPTY_ROOT
from assay.ledger.view import LogView
from assay.ledger.wal import MAX_BATCH_BYTES
from assay.ledger.writer import LogWriter
from assay.model.decision import CheckpointRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where a statement stands, durably: its index, and the checkpoint that covers it."""

    index: int
    checkpoint: CheckpointRef


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStatement:
    """A signed statement on its way into the log; digests are sha256 in 64 lower-case hex digits."""

    envelope: bytes
    """The bytes to store, as they were signed and sent."""
    pae: str
    """Digest of the bytes that were signed, DSSE's pre-authentication encoding."""
    predicate_type: str
    subjects: tuple[str, ...]

    def entry(self) -> StatementEntry:
        """Return what the log records of it."""
        return StatementEntry(
            envelope=sha256(self.envelope).hexdigest(),
            pae=self.pae,
            predicate_type=self.predicate_type,
            subjects=self.subjects,
        )


class Ledger(ReadableLog):
    """One log, open for appending. Close it, or use it in a `with` statement, so that its tiles are complete.

    Threads may share it and processes may have it open at the same time; one that was forked opens it anew.
    """

    def __init__(self, state: Path, signer: NoteSigner, *, begin: bool, lock_timeout_s: float) -> None:
        """Open the log in a state folder, after beginning it where `begin`; `open` and `create` are the ways here."""
        super().__init__(state, signer.public_key, seen=None, lock_timeout_s=lock_timeout_s)
        self._folder = Folder(state, writable=True)
        with self._locked():
            if begin:
                _begin(self._folder, signer)
            self._writer = LogWriter(LogFiles(self._folder), signer, Seen(self._folder))
        self._committer = Committer(self._writer, self._locked)

    @classmethod
    def create(cls, state: Path, signer: NoteSigner, *, lock_timeout_s: float = LOCK_TIMEOUT_S) -> Self:
        """Begin a log in a state folder, under an origin of its own, and open it.

        Raises `LedgerError` where there is one, `LedgerRolledBackError` where there was one of the same key.
        """
        return cls(state, signer, begin=True, lock_timeout_s=lock_timeout_s)

    @classmethod
    def open(cls, state: Path, signer: NoteSigner, *, lock_timeout_s: float = LOCK_TIMEOUT_S) -> Self:
        """Open the log in a state folder, and finish what a writer that was killed left undone.

        Raises `LedgerError` where there is none or another process holds it, and what `LedgerReader` does.
        """
        if not cls.exists(state):
            raise no_log(state)
        return cls(state, signer, begin=False, lock_timeout_s=lock_timeout_s)

    @staticmethod
    def exists(state: Path) -> bool:
        """Tell whether there is a log in a state folder."""
        return LogFiles(Folder(state, writable=False)).checkpoint() is not None

    def append(self, entries: Sequence[bytes]) -> Appended:
        """Append entries, all or none, and return once they are durable under a signed checkpoint.

        Raises `LedgerError` or `StorageError`; after an error that is not about the entries themselves they may
        be found in the log all the same.
        """
        size = bundle_bytes(entries)
        if not entries or size > MAX_BATCH_BYTES or max(map(len, entries)) > MAX_ENTRY_BYTES:
            raise LedgerError(
                f"a batch has 1 or more entries of at most {MAX_ENTRY_BYTES} bytes, at most {MAX_BATCH_BYTES} in all",
                hint="put payloads into the content-addressed store and log their digests",
            )
        return self._committer.append(entries, size)

    def append_statements(self, statements: Sequence[NewStatement]) -> list[Receipt]:
        """Store the envelopes, then append their entries together. Raises what `append` does."""
        entries = [encode_entry(statement.entry()) for statement in statements]
        for statement in statements:
            self.cas.put(statement.envelope)
        appended = self.append(entries)
        return [
            Receipt(index=appended.first_index + place, checkpoint=appended.checkpoint) for place in range(len(entries))
        ]

    def append_statement(self, envelope: bytes, *, pae: str, predicate_type: str, subjects: Sequence[str]) -> Receipt:
        """Store one envelope, then append its entry. Raises what `append` does."""
        statement = NewStatement(envelope=envelope, pae=pae, predicate_type=predicate_type, subjects=tuple(subjects))
        return self.append_statements([statement])[0]

    def publish(self) -> None:
        """Put everything acknowledged into tiles, so that plain files show it to other tlog readers."""
        self._committer.publish()

    def close(self) -> None:
        """Commit what other threads still wait for, publish, and let go of the files."""
        self._committer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _view(self) -> LogView:
        return self._writer.view

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self._folder, exclusive=True, timeout_s=self._lock_timeout_s)


def _begin(folder: Folder, signer: NoteSigner) -> None:
    """Make an empty log, unless there is one or signs of one."""
    if LogFiles(folder).checkpoint() is not None:
        raise LedgerError(f"there is a ledger in {folder.path} already")
    remains = [name for name in folder.names(LOG_FOLDER) if not name.startswith(".")]
    seen = Seen(folder).of_key(signer.public_key)
    if remains or seen:
        what = f"the log {seen.ref.origin} of {seen.ref.size} entries" if seen else f"{LOG_FOLDER}/{remains[0]}"
        raise LedgerRolledBackError(
            f"there was a ledger in {folder.path}: {what} is known, and its checkpoint is gone",
            hint="restore the ledger folder from a copy; to begin anew, move the whole state folder away",
        )
    ref = CheckpointRef(origin=new_origin(), size=0, root=EMPTY_ROOT.hex())
    folder.replace(CHECKPOINT_NAME, sign_checkpoint(ref, signer).note.encode())
