"""The lock of a log: one writer at a time among threads and processes, by `flock` on `<state>/lock`.

The kernel lets go of it when its holder dies, however that happens. It does not reach over a network file system
that keeps locks to one machine; the state folder belongs on a local disk.
"""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assay.errors import LedgerError
from assay.ledger.files import Folder

LOCK_NAME = "lock"

# How long a gate waits for another one: a commit takes milliseconds, integrating a long tail some tenths.
LOCK_TIMEOUT_S = 10.0

# Between two tries; a busy writer leaves the lock to others for longer than this (see `assay.ledger.commit`).
_POLL_S = 0.002

_NOTE_BYTES = 200


@contextmanager
def locked(folder: Folder, *, exclusive: bool, timeout_s: float, name: str = LOCK_NAME) -> Iterator[None]:
    """Hold a lock file of a state folder, by default the log's: alone to write, or together with others to read.

    Raises `LedgerError`, naming the holder, when `timeout_s` is over. A folder that cannot be written and has no
    lock file is written by nobody, so there is nothing to wait for.
    """
    with folder.reported(name):
        try:
            fd = folder.open_file(name)
        except FileNotFoundError:
            fd = -1
    if fd < 0:
        yield
        return
    try:
        _wait(fd, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH, folder.path / name, timeout_s)
        if exclusive:
            _sign(fd)
        yield
    finally:
        os.close(fd)


def _wait(fd: int, how: int, path: Path, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not _try(fd, how):
        if time.monotonic() >= deadline:
            raise LedgerError(
                f"waited {timeout_s:g} s for {path}, held by {_holder(fd)}",
                hint="wait for it to finish, or end it: the lock goes with it, and the file can stay",
            )
        time.sleep(_POLL_S)


def _try(fd: int, how: int) -> bool:
    try:
        fcntl.flock(fd, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(fd: int) -> None:
    """Leave a note of who holds the lock; on a full disk there is none, and the lock holds all the same."""
    note = f"process {os.getpid()} ({Path(sys.argv[0]).name or 'python'})\n".encode()[:_NOTE_BYTES]
    with suppress(OSError):
        if os.pread(fd, _NOTE_BYTES, 0) != note:
            os.pwrite(fd, note, 0)
            os.ftruncate(fd, len(note))


def _holder(fd: int) -> str:
    if _try(fd, fcntl.LOCK_SH):
        return "processes that read it"
    return os.pread(fd, _NOTE_BYTES, 0).decode("utf-8", "replace").strip()
