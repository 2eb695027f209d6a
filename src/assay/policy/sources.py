"""Where the files of packs are read from: a commit, a folder, or this package.

Trusted: the caller's choice of the commit. Not trusted: what is in it: links, sizes, names. If lost: a pack could show
the gate a file that was not reviewed, which is why links are refused and the work tree is read for tests only.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assay.errors import ObjectTooLargeError, PackError
from assay.git import ObjectReader, Repository
from assay.model.subject import FileMode

BUILT_IN = Path(__file__).with_name("packs")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackEntry:
    """One file below a folder."""

    path: str
    """Relative to that folder."""
    size: int | None
    """Bytes; None where it is not known before the file is read."""
    regular: bool
    """False for a link, a submodule or a device."""


class PackSource(Protocol):
    """A tree of files that packs are folders of."""

    def entries(self, folder: str) -> Iterator[PackEntry]:
        """Yield every file below `folder`, in any order; nothing where there is no such folder."""
        ...

    def read(self, folder: str, path: str, limit: int) -> bytes:
        """Return the content of a file that `entries` named; raises `PackError` above `limit` bytes."""
        ...


class CommitSource:
    """The files of a commit, read through one git process."""

    def __init__(self, repository: Repository, reader: ObjectReader, commit: str) -> None:
        self._repository = repository
        self._reader = reader
        self._commit = commit
        self._blobs: dict[str, str] = {}

    def entries(self, folder: str) -> Iterator[PackEntry]:
        """See `PackSource.entries`."""
        for entry in self._repository.list_files(self._commit, folder):
            self._blobs[entry.path] = entry.blob
            if entry.path != folder:
                path = entry.path.removeprefix(f"{folder}/")
                regular = entry.mode in {FileMode.REGULAR, FileMode.EXECUTABLE}
                yield PackEntry(path=path, size=entry.size, regular=regular)

    def read(self, folder: str, path: str, limit: int) -> bytes:
        """See `PackSource.read`."""
        try:
            return self._reader.read(self._blobs[f"{folder}/{path}"], limit)
        except ObjectTooLargeError:
            raise PackError(f"{folder}/{path}: expected at most {limit:,} bytes") from None


class FolderSource:
    """The files below a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def entries(self, folder: str) -> Iterator[PackEntry]:
        """See `PackSource.entries`."""
        top = self._root / folder
        for parent, folders, names in os.walk(top):
            links = [name for name in folders if (Path(parent) / name).is_symlink()]
            for name in (*links, *names):
                path = Path(parent) / name
                status = path.lstat()
                relative = path.relative_to(top).as_posix()
                yield PackEntry(path=relative, size=status.st_size, regular=stat.S_ISREG(status.st_mode))

    def read(self, folder: str, path: str, limit: int) -> bytes:
        """See `PackSource.read`."""
        try:
            with (self._root / folder / path).open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise PackError(f"{folder}/{path}: {error.strerror}") from None
        if len(data) > limit:
            raise PackError(f"{folder}/{path}: expected at most {limit:,} bytes")
        return data


def built_in_names() -> tuple[str, ...]:
    """Return the ids of the packs that come with Assay, sorted."""
    return tuple(sorted(path.name for path in BUILT_IN.iterdir() if (path / "pack.toml").is_file()))
