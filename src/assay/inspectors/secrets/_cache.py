"""A folder of files that only this user on this machine can have written.

Trusted: the user, and the key file that was made here. Not trusted: every byte in the folder until its seal is
checked, the folder's and the files' owner and mode, and any folder that a clone could have brought. If lost: whoever
can forge a sealed file runs native code as the user, for a compiled database is loaded without further checks.

A file is a 32-byte HMAC-SHA256 over its own name and its content, then the content. What cannot be trusted is never
an error: it reads as absent, and the caller computes it again.
"""

import hashlib
import hmac
import logging
import os
import stat
from contextlib import suppress
from pathlib import Path

_LOG = logging.getLogger(__name__)

_SEAL_BYTES = 32
_KEY_BYTES = 32
# Ten times what the built-in patterns compile to; nothing larger was written here.
_LIMIT_BYTES = 32 * 1024 * 1024

_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_USABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SealedFolder:
    """Named blobs under `folder`, sealed with the key in `key_file`, which is made on first use.

    The key stands outside the folder, so that a folder restored from elsewhere (a CI cache) does not bring its own.
    """

    def __init__(self, folder: Path, key_file: Path) -> None:
        self._folder = folder
        self._key_file = key_file

    def load(self, name: str) -> bytes | None:
        """Return the content stored under `name`; None where there is none that can be trusted."""
        if not self._usable():
            return None
        sealed = _read_own(self._folder / name, forbidden=_WRITABLE_BY_OTHERS)
        key = self._key(create=False)
        if sealed is None or key is None:
            return None
        seal, content = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, _seal(key, name, content)):
            _LOG.warning("%s does not carry this machine's seal and is not used", name)
            return None
        return content

    def store(self, name: str, content: bytes) -> None:
        """Store `content` under `name`, atomically; where that is not possible, nothing is stored."""
        if not self._usable(create=True):
            return
        key = self._key(create=True)
        if key is not None:
            _write_own(self._folder / name, _seal(key, name, content) + content)

    def _usable(self, *, create: bool = False) -> bool:
        """Whether the folder is this user's alone to write to, and no clone can have brought it."""
        if _in_work_tree(self._folder):
            _LOG.warning("the cache folder lies in a work tree and is not used")
            return False
        return all(_own_folder(folder, create=create) for folder in (self._folder, self._key_file.parent))

    def _key(self, *, create: bool) -> bytes | None:
        key = _read_own(self._key_file, forbidden=_USABLE_BY_OTHERS)
        if key is None and create:
            _write_own(self._key_file, os.urandom(_KEY_BYTES))
            key = _read_own(self._key_file, forbidden=_USABLE_BY_OTHERS)
        return key if key is not None and len(key) == _KEY_BYTES else None


def _seal(key: bytes, name: str, content: bytes) -> bytes:
    sealing = hmac.new(key, name.encode() + b"\0", hashlib.sha256)
    sealing.update(content)
    return sealing.digest()


def _in_work_tree(folder: Path) -> bool:
    """Whether a clone could have brought `folder`: it lies beside a `.git`, not in one."""
    for parent in (absolute := folder.resolve(), *absolute.parents):
        if parent.name == ".git":
            return False
        if (parent / ".git").exists():
            return True
    return False


def _own_folder(folder: Path, *, create: bool) -> bool:
    """Whether `folder` is a folder that only this user can write to; `create` makes it so where the user owns it."""
    try:
        if create:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
        shared = bool(found.st_mode & _WRITABLE_BY_OTHERS)
        if own and shared and create:
            folder.chmod(0o700)
            shared = False
    except OSError:
        return False
    if own and not shared:
        return True
    _LOG.warning("the cache is not used: another user owns, or can write to, its folder")
    return False


def _read_own(path: Path, *, forbidden: int) -> bytes | None:
    """Return the file's bytes if it is a regular file of this user without the `forbidden` mode bits, else None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        # Asked of the descriptor, so that what is checked is what is read.
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & forbidden:
            _LOG.warning("%s has another owner, kind or mode than it was made with and is not used", path.name)
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(_LIMIT_BYTES + 1)
    finally:
        os.close(descriptor)
    return content if len(content) <= _LIMIT_BYTES else None


def _write_own(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 under another name, then rename it, so that no reader sees half of it."""
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(path)
    except OSError as error:
        _LOG.warning("%s could not be written: %s", path.name, error.strerror)
        with suppress(OSError):
            draft.unlink(missing_ok=True)
