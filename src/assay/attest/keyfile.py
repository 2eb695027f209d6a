"""Key files: made once, readable by their owner only.

Trusted: the operating system's owners and modes, and this user. Not trusted: what lies at a path. It is opened without
following a link and judged by what was opened, not by its name; otherwise another user, or a repository that brings
such a file, could choose the key we sign with. If lost: see `assay.attest.keys`.
"""

import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assay.attest.keys import MAX_KEY_BYTES
from assay.errors import KeyFileError

FOLDER_MODE = 0o700
PRIVATE_MODE = 0o600
PUBLIC_MODE = 0o644


def read_private(path: Path) -> bytes:
    """Return the bytes of a private key file. Raises `KeyFileError` unless it is a file, ours alone, and small."""
    try:
        # O_NONBLOCK: a FIFO planted here must not stop us.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise KeyFileError(f"the key file {path} cannot be read: {error.strerror}") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise KeyFileError(f"expected a file at {path}, found something else")
        _check_ours(found, path, PRIVATE_MODE)
        data = os.read(descriptor, MAX_KEY_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(data) > MAX_KEY_BYTES:
        raise KeyFileError(f"a key file holds at most {MAX_KEY_BYTES} bytes; {path} holds more")
    return data


def read_or_create_private(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the bytes of a private key file, made first if there is none. Raises `KeyFileError` as both halves do."""
    try:
        path.lstat()
    except FileNotFoundError:
        create_private(path, make())
    except OSError:
        pass  # Reading it says what is wrong.
    return read_private(path)


def create_private(path: Path, data: bytes) -> bool:
    """Create a private key file with mode 0600, whole or not at all; False if there is one already.

    Its folder is made with mode 0700 if it is missing. When two processes race, one file stands and both go on with it.
    """
    return _create(path, data, PRIVATE_MODE)


def create_public(path: Path, data: bytes) -> bool:
    """Create a `.pub` file beside a private key, whole or not at all; False if there is one already."""
    return _create(path, data, PUBLIC_MODE)


def _create(path: Path, data: bytes, mode: int) -> bool:
    temporary = f".{path.name}.{secrets.token_hex(8)}"
    try:
        with _folder(path.parent) as folder:
            if _is_there(path.name, folder):
                return False
            try:
                _write(folder, temporary, data, mode)
                os.link(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
                os.fsync(folder)
            except FileExistsError:
                return False
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=folder)
    except OSError as error:
        raise KeyFileError(f"the key file {path} cannot be written: {error.strerror}") from None
    return True


def _is_there(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _write(folder: int, name: str, data: bytes, mode: int) -> None:
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    """Open the folder of keys, made if missing, as a descriptor."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check_ours(os.fstat(descriptor), path, FOLDER_MODE)
        yield descriptor
    finally:
        os.close(descriptor)


def _check_ours(found: os.stat_result, path: Path, expected: int) -> None:
    """Refuse what another user owns, may read or may write."""
    if found.st_uid != os.geteuid():
        raise KeyFileError(
            f"{path} belongs to another user", hint="A key is used by the user who made it, nobody else."
        )
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(
            f"{path} can be used by others: mode {stat.S_IMODE(found.st_mode):04o}, expected {expected:04o}",
            hint=f"If no one else has read it: chmod {expected:o} {path}",
        )
