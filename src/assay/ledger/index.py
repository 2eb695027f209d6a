"""Finding entries: a projection of the log in `index.sqlite`, rebuilt whenever it does not fit the log.

Trusted: nothing that it says of an entry; the entry is read from the log, verified, and compared. If lost: it is
built again from the log. One that was altered with care can keep an entry from being found, and only that;
`rebuild` ends it.
"""

import logging
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from assay.errors import StorageError, UsageError
from assay.ledger.entry import StatementEntry, decode_entry
from assay.ledger.files import Folder
from assay.ledger.lock import LOCK_TIMEOUT_S, locked
from assay.ledger.reader import ReadableLog

_log = logging.getLogger(__name__)

INDEX_NAME = "index.sqlite"
INDEX_LOCK_NAME = "index.lock"

# Raised with every change of the tables: an index of another version is built anew.
_VERSION = 1
_SCHEMA = f"""
    CREATE TABLE statement (entry INTEGER PRIMARY KEY, envelope TEXT NOT NULL, predicate_type TEXT NOT NULL);
    CREATE INDEX statement_envelope ON statement (envelope);
    CREATE INDEX statement_predicate_type ON statement (predicate_type);
    CREATE TABLE subject (digest TEXT, entry INTEGER, PRIMARY KEY (digest, entry)) WITHOUT ROWID;
    CREATE TABLE log (origin TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL);
    PRAGMA user_version = {_VERSION};
"""

# What SQLite says of a file that is no index of ours: a missing table, a broken page, no database.
_DAMAGE = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

# And where a file that is ours cannot be written, as on a full disk.
_UNWRITABLE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}

# Fewer digits name too many envelopes by chance.
_PREFIX = re.compile(r"[0-9a-f]{8,64}", re.ASCII)
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)

Located = tuple[int, StatementEntry]
"""The index of an entry and the statement it records."""


class _ContradictedError(Exception):
    """The log does not have what the index says."""


class Index:
    """Statements by subject, predicate type and envelope. One instance is used by one thread."""

    def __init__(self, state: Path, log: ReadableLog) -> None:
        """Open the index in a state folder, or in memory where that is not ours to write."""
        self._log = log
        self._folder = Folder(state, writable=True)
        self._on_disk = _is_ours(self._folder)
        self._database = self._connect()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def by_subject(self, digest: str, *, predicate_type: str | None = None, before: int | None = None) -> list[Located]:
        """Return the statements about a subject, by its sha256, in log order.

        Only those with an index below `before`, and of `predicate_type`, where these are given.
        """
        return self._find(
            "SELECT statement.entry FROM subject JOIN statement USING (entry) "
            "WHERE digest = ?1 AND statement.entry < ?2 AND (?3 IS NULL OR predicate_type = ?3) "
            "ORDER BY statement.entry",
            (digest, self._end(before), predicate_type),
            lambda entry: digest in entry.subjects and predicate_type in {None, entry.predicate_type},
        )

    def by_predicate_type(self, predicate_type: str, *, before: int | None = None) -> list[Located]:
        """Return the statements of one predicate type, with an index below `before`, in log order."""
        return self._find(
            "SELECT entry FROM statement WHERE predicate_type = ?1 AND entry < ?2 ORDER BY entry",
            (predicate_type, self._end(before)),
            lambda entry: predicate_type == entry.predicate_type,
        )

    def by_envelope(self, prefix: str) -> list[Located]:
        """Return the statements whose envelope's digest begins with these hex digits, in log order."""
        return self._find(
            "SELECT entry FROM statement WHERE envelope >= ?1 AND envelope < ?1 || 'g' AND entry < ?2 ORDER BY entry",
            (prefix, self._end(None)),
            lambda entry: entry.envelope.startswith(prefix),
        )

    def resolve(self, reference: str) -> int:
        """Return the index of the entry that a reference names.

        `latest` is the newest statement; else an index, or 8 or more hex digits of an envelope's digest, which
        name the first entry of that envelope. Raises `UsageError` where it names none, or several.
        """
        if reference == "latest":
            found = self._find(
                "SELECT entry FROM statement WHERE entry < ?1 ORDER BY entry DESC LIMIT 1", (self._end(None),), _any
            )
            named = {f"entry {index}": index for index, _ in found}
        else:
            # The first entry of an envelope that was logged twice: the evidence has stood since then.
            matches = self.by_envelope(reference) if _PREFIX.fullmatch(reference) else []
            named = {f"envelope {entry.envelope[:16]}": index for index, entry in reversed(matches)}
            if _DECIMAL.fullmatch(reference) and int(reference) < self._log.size:
                named[f"entry {reference}"] = int(reference)
        if not named:
            raise UsageError(
                f"{reference!r} names no entry of this log, which has {self._log.size}",
                hint="give `latest`, an index, or 8 or more hex digits of an envelope's digest",
            )
        if len(set(named.values())) > 1:
            raise UsageError(f"{reference!r} is ambiguous: {', '.join(sorted(named))}", hint="give more digits")
        return next(iter(named.values()))

    def refresh(self) -> None:
        """Bring the index up to the log; build it anew where it is damaged or of another log.

        Where there is no room for it on the disk it goes on in memory, so that what is recorded can still be read.
        """
        with _reported():
            try:
                self._catch_up()
            except sqlite3.OperationalError as error:
                if not self._on_disk or error.sqlite_errorcode & 0xFF not in _UNWRITABLE:
                    raise
                _log.info("the index is built in memory: %s", error)
                self._on_disk = False
                self._build()

    def rebuild(self) -> None:
        """Build the index anew from the log."""
        with _reported():
            self._build()

    def _catch_up(self) -> None:
        indexed = self._indexed()
        if indexed is None:
            self._build()
        elif indexed < self._log.size:
            with self._alone():
                self._extend(self._indexed() or 0)

    def _build(self) -> None:
        with self._alone():
            self._database.close()
            if self._on_disk:
                self._folder.remove(INDEX_NAME)
                self._folder.remove(f"{INDEX_NAME}-journal")
            self._database = self._connect()
            self._database.executescript(_SCHEMA)
            self._extend(0)

    def _find(
        self, query: str, parameters: tuple[Any, ...], matches: Callable[[StatementEntry], bool]
    ) -> list[Located]:
        """Ask for entries and read them from the log; where the log says otherwise, build the index anew, once."""
        self.refresh()
        try:
            return self._read(query, parameters, matches)
        except (sqlite3.DatabaseError, _ContradictedError):
            _log.warning("%s does not fit the log and is built anew", INDEX_NAME)
        self.rebuild()
        with _reported():
            return self._read(query, parameters, matches)

    def _read(
        self, query: str, parameters: tuple[Any, ...], matches: Callable[[StatementEntry], bool]
    ) -> list[Located]:
        found = []
        for (index,) in self._database.execute(query, parameters):
            entry = decode_entry(self._log.entry(index)) if index >= 0 else None
            if entry is None or not matches(entry):
                raise _ContradictedError
            found.append((index, entry))
        return found

    def _indexed(self) -> int | None:
        """Return how many entries of this log are indexed, or None where the index does not fit it."""
        try:
            if self._database.execute("PRAGMA user_version").fetchone() != (_VERSION,):
                return None
            row = self._database.execute("SELECT origin, size, root FROM log").fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in _DAMAGE:
                return None
            raise
        match row:
            case (str(origin), int(size), str(root)) if origin == self._log.checkpoint().origin and size >= 0:
                # Another process may have brought it further than this one has read the log.
                return size if size > self._log.size or self._log.root(size).hex() == root else None
            case _:
                return None

    def _extend(self, start: int) -> None:
        now = self._log.checkpoint()
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            for index, entry in self._log.statements(start, now.size):
                self._database.execute(
                    "INSERT INTO statement VALUES (?, ?, ?)", (index, entry.envelope, entry.predicate_type)
                )
                self._database.executemany(
                    "INSERT OR IGNORE INTO subject VALUES (?, ?)", [(digest, index) for digest in entry.subjects]
                )
            self._database.execute("DELETE FROM log")
            self._database.execute("INSERT INTO log VALUES (?, ?, ?)", (now.origin, now.size, now.root))

    def _end(self, before: int | None) -> int:
        return self._log.size if before is None else min(before, self._log.size)

    def _connect(self) -> sqlite3.Connection:
        path = str(self._folder.path / INDEX_NAME) if self._on_disk else ":memory:"
        return sqlite3.connect(path, timeout=LOCK_TIMEOUT_S, isolation_level=None)

    def _alone(self) -> AbstractContextManager[None]:
        """Keep other processes from changing the file."""
        if not self._on_disk:
            return nullcontext()
        return locked(self._folder, name=INDEX_LOCK_NAME, exclusive=True, timeout_s=LOCK_TIMEOUT_S)


def _is_ours(folder: Folder) -> bool:
    """Make the file if it is missing; tell whether it is a file that we can write."""
    try:
        with folder.reported(INDEX_NAME):
            os.close(folder.open_file(INDEX_NAME))
    except StorageError as error:
        _log.info("the index is built in memory: %s", error)
        return False
    return True


def _any(entry: StatementEntry) -> bool:
    """Accept every statement."""
    return bool(entry)


@contextmanager
def _reported() -> Iterator[None]:
    """Turn what SQLite cannot do into a `StorageError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"{INDEX_NAME}: {error}", hint="remove it: it is built again from the log") from error
