"""Files of the state folder: no symbolic link is followed, nothing is half written, nothing is foreign.

Trusted: the kernel, the file system's word that a synced file is on the device, and whoever can write as this user.
Not trusted: what stands under a name we expect. Below the state folder every component is opened without
following links; where we write, each must also belong to this user and be writable by nobody else. Reading asks
less, so that an auditor can read a copy: what is read is verified by hash or signature anyway.
If lost: the log can no longer be read or extended. That it was changed shows in its proofs.
"""

import errno
import fcntl
import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from assay.errors import StorageError

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a planted FIFO would hold the reader for ever.
_FILE_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK

# A file system commits one journal transaction for all files synced at the same time; more threads gain nothing.
_SYNC_THREADS = 8

# How many files of one durable write are open at a time: far below the usual limit of 1024.
_OPEN_FILES = 128

_HINTS = {
    errno.ENOSPC: "free space on this file system and run the command again; nothing acknowledged is lost",
    errno.EDQUOT: "your quota on this file system is used up; nothing acknowledged is lost",
    errno.EFBIG: "the process's limit on file sizes is too low (ulimit -f); nothing acknowledged is lost",
    errno.EROFS: "the file system is mounted read-only; keep the state elsewhere with --state DIR",
    errno.EACCES: "check the owner and the mode of the state folder",
    errno.EPERM: "check the owner and the mode of the state folder",
    errno.ELOOP: "a symbolic link stands where a file of the state folder should be; it was not followed",
    errno.ENOTDIR: "a file or a symbolic link stands where a folder should be; it was not followed",
}


class Folder:
    """The state folder. Names are relative to it, with `/`, and made by this package only.

    Every method raises `StorageError` unless it says otherwise, and may be called from several threads.
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        """Name the folder; it is made, for this user only, when a writable one first gets a file."""
        self.path = path
        self.writable = writable

    @contextmanager
    def reported(self, name: str) -> Iterator[None]:
        """Turn an `OSError` inside into a `StorageError` that names the file and what to do."""
        try:
            yield
        except OSError as error:
            message = f"{self._shown(name)}: {error.strerror}"
            raise StorageError(message, hint=_HINTS.get(error.errno or 0)) from error

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the whole file, or None where there is none; a file above `limit` bytes is refused."""
        with self.reported(name):
            try:
                fd = self._open(name, os.O_RDONLY)
            except FileNotFoundError:
                return None
            try:
                size = os.fstat(fd).st_size
                if size > limit:
                    raise StorageError(f"{self._shown(name)}: has {size} bytes, expected at most {limit}")
                data = os.read(fd, size)
                while len(data) < size and (more := os.read(fd, size - len(data))):
                    data += more
                return data
            finally:
                os.close(fd)

    def open_file(self, name: str) -> int:
        """Open a file for reading, and for writing where the folder is writable; make it then if it is missing.

        Raises `FileNotFoundError` where it is missing and the folder is not writable.
        """
        if not self.writable:
            return self._open(name, os.O_RDONLY)
        try:
            return self._open(name, os.O_RDWR)
        except FileNotFoundError:
            made: set[str] = set()
            fd = self._open(name, os.O_RDWR | os.O_CREAT, made)
            self._sync_folders(made | {_split(name)[0]})
            return fd

    def replace(self, name: str, data: bytes) -> None:
        """Put `data` under `name` durably and in one step: a reader finds the old file or the new one, whole."""
        made: set[str] = set()
        folder, last = _split(name)
        # Two processes may store the same payload at the same time.
        fresh = _unfinished(f"{last}.{secrets.token_hex(8)}")
        with self.reported(name), self._within(folder, made) as parent:
            fd = _create(fresh, parent)
            try:
                self.write(fd, data, 0)
                self.sync(fd)
                os.replace(fresh, last, src_dir_fd=parent, dst_dir_fd=parent)
            except OSError:
                with suppress(OSError):
                    os.unlink(fresh, dir_fd=parent)
                raise
            finally:
                os.close(fd)
            self._sync_folders(made | {folder})

    def write_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write files durably, many with few syncs; each appears under its name whole or not at all.

        Two writers of one name must exclude each other. What stands under a name is replaced, never opened.
        """
        touched: set[str] = set()
        written: list[tuple[str, int]] = []
        try:
            for name, data in files:
                folder, last = _split(name)
                with self.reported(name), self._within(folder, touched) as parent:
                    fd = _create(_unfinished(last), parent)
                    written.append((name, fd))
                    self.write(fd, data, 0)
                touched.add(folder)
                if len(written) == _OPEN_FILES:
                    self._finish(written)
            self._finish(written)
        except StorageError:
            for name, _ in written:
                folder, last = _split(name)
                with suppress(StorageError):
                    self.remove(f"{folder}/{_unfinished(last)}")
            raise
        finally:
            for _, fd in written:
                os.close(fd)
        with self.reported("."):
            self._sync_folders(touched)

    def names(self, folder: str) -> list[str]:
        """Return what stands in a folder, sorted; nothing where there is no such folder."""
        with self.reported(folder):
            try:
                with self._within(folder) as fd:
                    return sorted(os.listdir(fd))  # noqa: PTH208 - a path would follow links
            except FileNotFoundError:
                return []

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        folder, last = _split(name)
        with self.reported(name), suppress(FileNotFoundError), self._within(folder) as parent:
            os.unlink(last, dir_fd=parent)

    def remove_folder(self, folder: str) -> None:
        """Remove a folder and the files in it, if it is there."""
        names = self.names(folder)
        with self.reported(folder), suppress(FileNotFoundError):
            with self._within(folder) as fd:
                for name in names:
                    os.unlink(name, dir_fd=fd)
            above, last = _split(folder)
            with self._within(above) as fd:
                os.rmdir(last, dir_fd=fd)

    def write(self, fd: int, data: bytes, offset: int) -> None:
        """Write all of `data` at `offset`. Raises `OSError`, and then a part may have been written."""
        done = 0
        while done < len(data):
            done += os.pwrite(fd, data[done:] if done else data, offset + done)

    def sync(self, fd: int) -> None:
        """Return once the file's data is on the device. Raises `OSError`, and then nobody knows what is."""
        if sys.platform == "darwin":  # pragma: no cover - there, fsync leaves the data in the drive's cache
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
        else:
            os.fdatasync(fd)

    def truncate(self, fd: int, size: int) -> None:
        """Cut a file to `size` bytes. Raises `OSError`."""
        os.ftruncate(fd, size)

    def _finish(self, written: list[tuple[str, int]]) -> None:
        """Sync and close the files, then give them their names."""
        with self.reported("."), ThreadPoolExecutor(_SYNC_THREADS) as pool:
            for _ in pool.map(self.sync, [fd for _, fd in written]):
                pass
        while written:
            name, fd = written.pop()
            os.close(fd)
            folder, last = _split(name)
            with self.reported(name), self._within(folder) as parent:
                os.replace(_unfinished(last), last, src_dir_fd=parent, dst_dir_fd=parent)

    def _sync_folders(self, folders: Iterable[str]) -> None:
        for folder in sorted(folders, reverse=True):
            with self._within(folder) as fd:
                os.fsync(fd)

    def _open(self, name: str, flags: int, made: set[str] | None = None) -> int:
        folder, last = _split(name)
        with self._within(folder, made) as parent:
            fd = os.open(last, _FILE_FLAGS | flags, 0o600, dir_fd=parent)
        try:
            self._check(fd, name)
        except StorageError:
            os.close(fd)
            raise
        return fd

    @contextmanager
    def _within(self, folder: str, made: set[str] | None = None) -> Iterator[int]:
        """Open a folder, component by component.

        Where `made` is given, missing folders are made, and the folders that gained one are added to it.
        """
        fd = self._root(make=made is not None)
        try:
            self._check(fd, ".")
            above = ""
            for part in filter(None, folder.split("/")):
                try:
                    inner = os.open(part, _FOLDER_FLAGS, dir_fd=fd)
                except FileNotFoundError:
                    if made is None:
                        raise
                    made.add(above)
                    inner = _make_folder(part, fd)
                os.close(fd)
                fd = inner
                above = f"{above}/{part}".lstrip("/")
                self._check(fd, above)
            yield fd
        finally:
            os.close(fd)

    def _root(self, *, make: bool) -> int:
        """Open the state folder itself, which may be named through a link: the user chose it."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        try:
            return os.open(self.path, flags)
        except FileNotFoundError:
            if not make:
                raise
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        above = os.open(self.path.parent, flags)
        try:
            os.fsync(above)
        finally:
            os.close(above)
        return os.open(self.path, flags)

    def _check(self, fd: int, name: str) -> None:
        """Refuse what is neither file nor folder and, where we write, what others own or can write."""
        status = os.fstat(fd)
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            raise StorageError(f"{self._shown(name)}: expected a regular file", hint="remove it; it was not read")
        if not self.writable:
            return
        if status.st_uid != os.geteuid():
            raise StorageError(
                f"{self._shown(name)}: belongs to user {status.st_uid}, expected user {os.geteuid()}, who runs this",
                hint="run as the owner, or give the state folder to the user who runs this (chown -R)",
            )
        # The state folder itself may have been made under umask 002, as the `.git` around it was: whoever can write
        # there can move it away, but not put something in its place that would pass for ours.
        if status.st_mode & (0o002 if name == "." else 0o022):
            raise StorageError(
                f"{self._shown(name)}: mode {stat.S_IMODE(status.st_mode):04o} lets others write",
                hint="chmod -R go-w the state folder, then verify the log",
            )

    def _shown(self, name: str) -> Path:
        return self.path / name


def _split(name: str) -> tuple[str, str]:
    """Return the folder of a name, and its last part."""
    folder, _, last = name.rpartition("/")
    return folder, last


def _unfinished(last: str) -> str:
    """Return the name of a file that is being written."""
    return f".{last}.new"


def _create(name: str, parent: int) -> int:
    """Make a file that did not exist; what stands under its name is removed, never opened."""
    flags = _FILE_FLAGS | os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=parent)
    return os.open(name, flags, 0o600, dir_fd=parent)


def _make_folder(name: str, parent: int) -> int:
    """Make a folder, unless another process just did, and open it."""
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=parent)
    return os.open(name, _FOLDER_FLAGS, dir_fd=parent)
