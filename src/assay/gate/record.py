"""The record of one state folder: its log, the envelopes the log names, and the index that finds them.

Trusted: this user's files, as far as `assay.ledger` could verify them. Not trusted: what statements say; who is
believed is asked of the target's trust each time they are read. If lost: the record; receipts and copies of statements
that were taken elsewhere still verify.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from assay.attest import SigningKey, TrustStore, decode_statement, sign_statement, verify_envelope
from assay.attest.dsse import decode_envelope
from assay.attest.keystore import checkpoint_key
from assay.errors import LedgerError, StorageError, UsageError
from assay.ledger import Ed25519NoteSigner, Index, Ledger, LedgerReader, NewStatement
from assay.ledger.cas import Cas
from assay.ledger.reader import ReadableLog
from assay.model.decision import CheckpointRef
from assay.model.statement import DECISION, SignedStatement, Statement

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Where a statement stands in the log, and its name."""

    index: int
    envelope: str
    """sha256 of the envelope's stored bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An envelope as the log and the store have it; nothing about it has been verified."""

    index: int
    envelope: str
    data: bytes

    def statement(self) -> Statement:
        """Return what it says, whoever signed it. Raises `AttestError` where it is no statement."""
        return decode_statement(decode_envelope(self.data).payload)


class RecordReader:
    """The record as it was when it was opened, for reading: nothing need be writable. A `with` statement closes it."""

    def __init__(self, ledger: ReadableLog, index: Index) -> None:
        self._log = ledger
        self._index = index

    @classmethod
    def open(cls, state: Path) -> Self:
        """Open the record in a state folder.

        Raises `LedgerError` (none there, corrupt, rolled back, forked), `KeyFileError`.
        """
        _require_log(state)
        key = checkpoint_key(state / "keys").public_key()
        ledger = LedgerReader(state, key.public_bytes_raw())
        return cls(ledger, Index(state, ledger))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._index.close()

    @property
    def ledger(self) -> ReadableLog:
        """The log."""
        return self._log

    @property
    def store(self) -> Cas:
        """The payloads."""
        return self._log.cas

    def checkpoint(self) -> CheckpointRef:
        """Return the state of the log."""
        return self._log.checkpoint()

    def has(self, envelope: str) -> bool:
        """Tell whether an envelope is in the log."""
        return bool(self._index.by_envelope(envelope))

    def find(self, reference: str, predicate_type: str | None = None) -> Stored:
        """Return the envelope that a reference names: `latest`, an index, or 8 or more digits of its digest.

        `latest` is the newest of `predicate_type` where that is given. Raises `UsageError` where there is none,
        several, or one of another type.
        """
        if reference == "latest" and predicate_type is not None:
            located = self._index.by_predicate_type(predicate_type)
            if not located:
                what = "decision" if predicate_type == DECISION else predicate_type
                raise UsageError(f"there is no {what} in the ledger yet", hint="run `assay gate` first")
            index, entry = located[-1]
        else:
            index = self._index.resolve(reference)
            entry = dict(self._log.statements(index, index + 1))[index]
        if predicate_type not in {None, entry.predicate_type}:
            raise UsageError(f"entry {index} is a statement of type {entry.predicate_type}, not {predicate_type}")
        return Stored(index=index, envelope=entry.envelope, data=self.store.get(entry.envelope))

    def about(self, subject: str, before: int) -> Iterator[Stored]:
        """Yield the envelopes about a subject (sha256) with an index below `before`, in log order."""
        for index, entry in self._index.by_subject(subject, before=before):
            yield Stored(index=index, envelope=entry.envelope, data=self.store.get(entry.envelope))

    def newest(self, count: int) -> Iterator[Stored]:
        """Yield the newest `count` statements, oldest first."""
        first = max(0, self._log.size - count)
        for index, entry in self._log.statements(first):
            yield Stored(index=index, envelope=entry.envelope, data=self.store.get(entry.envelope))


class Record(RecordReader):
    """The record, open for adding to it."""

    def __init__(self, ledger: Ledger, index: Index) -> None:
        super().__init__(ledger, index)
        self._ledger = ledger

    @classmethod
    def open(cls, state: Path, *, begin: bool = True) -> Self:
        """Open the record in a state folder and, where there is none and `begin` is set, begin it.

        Raises `LedgerError` (corrupt, rolled back, forked, held by another process), `StorageError`, `KeyFileError`.
        """
        if not begin:
            _require_log(state)
        ledger = _open_or_begin(state)
        return cls(ledger, Index(state, ledger))

    def close(self) -> None:
        """Publish what was added, and let go of the files.

        What was added is durable before: where there is no room for the tiles, the next who opens the log makes them.
        """
        super().close()
        try:
            self._ledger.close()
        except StorageError as error:
            _log.warning("everything is recorded, but not published yet: %s", error)

    def sign(self, statements: Sequence[Statement], key: SigningKey, trust: TrustStore) -> list[Recorded]:
        """Sign statements, verify what was signed, and append it, all or none."""
        envelopes = [sign_statement(statement, [key]) for statement in statements]
        return self.append([(data, verify_envelope(data, trust)) for data in envelopes])

    def append(self, verified: Sequence[tuple[bytes, SignedStatement]]) -> list[Recorded]:
        """Append envelopes that were verified; return once they are durable."""
        receipts = self._ledger.append_statements([_entry_of(data, signed) for data, signed in verified])
        return [
            Recorded(index=receipt.index, envelope=signed.envelope)
            for receipt, (_, signed) in zip(receipts, verified, strict=True)
        ]


def _require_log(state: Path) -> None:
    if not Ledger.exists(state):
        raise LedgerError(f"there is no ledger in {state}", hint="`assay gate` begins one")


def _open_or_begin(state: Path) -> Ledger:
    """Open the log or begin it; when two processes begin at once, the second opens what the first has begun."""
    signer = Ed25519NoteSigner(checkpoint_key(state / "keys"))
    if Ledger.exists(state):
        return Ledger.open(state, signer)
    try:
        return Ledger.create(state, signer)
    except LedgerError:
        if not Ledger.exists(state):
            raise
        return Ledger.open(state, signer)


def _entry_of(data: bytes, signed: SignedStatement) -> NewStatement:
    return NewStatement(
        envelope=data,
        pae=signed.pae,
        predicate_type=signed.statement.predicate_type,
        subjects=tuple(dict.fromkeys(subject.sha256 for subject in signed.statement.subjects)),
    )
