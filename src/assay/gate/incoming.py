"""Statements from outside: files and folders that `--evidence` names, and the set that `assay sync` exchanges.

Trusted: nothing that comes in. Not trusted: names, sizes, contents. If lost: the log holds statements nobody asked for;
they count only if the target's trust says so, at each gate anew.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.attest import TrustStore, envelope_digest
from assay.errors import UsageError
from assay.gate.hearing import admit
from assay.gate.record import Record
from assay.git import Repository

SYNC_REF = "refs/assay/statements"
# An envelope of findings on a very large change has a few megabytes; more is no statement.
MAX_ENVELOPE_BYTES = 32 * 1024 * 1024
# A folder of evidence is what a team's pipeline gathered for one change.
MAX_FILES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What an exchange with a remote came to."""

    sent: int
    received: int
    refused: tuple[str, ...]
    """Digest and reason of what did not verify."""


def take_in(record: Record, paths: Sequence[Path], trust: TrustStore) -> tuple[str, ...]:
    """Append the statements in `paths` (files, or folders of files) that verify; return why others were refused.

    What the log has already is left alone. Raises `UsageError` for a path that cannot be read.
    """
    return _append(record, [data for path in paths for data in _files(path)], trust)[1]


def synchronise(repository: Repository, record: Record, remote: str, trust: TrustStore) -> Synced:
    """Bring what `remote` has into the log as far as it verifies, and what the log has to `remote`."""
    repository.fetch_ref(remote, SYNC_REF)
    theirs = dict(repository.load_blobs(SYNC_REF))
    received, refused = _append(record, list(theirs.values()), trust)
    ours = {stored.envelope: stored.data for stored in record.newest(record.ledger.size)}
    missing = {name: data for name, data in ours.items() if name not in theirs}
    if missing:
        repository.store_blobs(SYNC_REF, missing)
        repository.push_ref(remote, SYNC_REF)
    return Synced(sent=len(missing), received=received, refused=refused)


def _append(record: Record, envelopes: list[bytes], trust: TrustStore) -> tuple[int, tuple[str, ...]]:
    new = {name: data for data in envelopes if not record.has(name := envelope_digest(data))}
    admitted, refused = admit(list(new.values()), trust)
    if admitted:
        record.append(admitted)
    return len(admitted), tuple(refused)


def _files(path: Path) -> Iterator[bytes]:
    try:
        if not path.is_dir():
            yield _read(path)
            return
        with os.scandir(path) as found:
            names = sorted(entry.name for entry in found if entry.is_file(follow_symlinks=False))
    except OSError as error:
        raise UsageError(f"evidence {path} cannot be read: {error.strerror}") from error
    if len(names) > MAX_FILES:
        raise UsageError(f"expected at most {MAX_FILES} files of evidence in {path}, found {len(names)}")
    for name in names:
        yield _read(path / name)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ENVELOPE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"evidence {path} cannot be read: {error.strerror}") from error
    if len(data) > MAX_ENVELOPE_BYTES:
        raise UsageError(f"a statement has at most {MAX_ENVELOPE_BYTES} bytes; {path} has more")
    return data
