"""The work tree and the index: what `check` reads before anything is committed.

Trusted: the folder the repository was opened at. Not trusted: names in the index, links, files that are no files.
If lost: `check` reads files outside the repository. So a path is confined to the root, no link is followed on the way
to it, and only regular files are ever opened.
"""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from assay.errors import ObjectTooLargeError, UsageError
from assay.git._run import CHUNK_BYTES, Git
from assay.git.paths import path_text
from assay.model.subject import FileMode

# Linux takes 2 MB of arguments and environment, macOS 1 MB; a quarter of the smaller is safe.
MAX_ARGUMENT_BYTES = 256 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WorktreeFile:
    """One file below the root, as it was when it was listed."""

    path: str
    absolute: Path
    mode: FileMode
    """`SUBMODULE` for a folder that is a repository of its own."""
    size: int
    """Bytes; 0 for a submodule."""

    def read(self, limit: int | None = None) -> bytes:
        """Return the content, of a link its target. Raises `ObjectTooLargeError` above `limit` bytes, `OSError`."""
        if self.mode is FileMode.SYMLINK:
            return os.fsencode(self.absolute.readlink())
        with self._opened() as file:
            content = file.read() if limit is None else file.read(limit + 1)
        if limit is not None and len(content) > limit:
            raise ObjectTooLargeError(f"{self.path} has more than the {limit} bytes that are read here")
        return content

    def stream(self, chunk: int = CHUNK_BYTES) -> Iterator[bytes]:
        """Yield the content of a file (not of a link) in pieces of at most `chunk` bytes. Raises `OSError`."""
        with self._opened() as file:
            while piece := file.read(chunk):
                yield piece

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        # A link or a pipe that has taken the file's place since is an error, not a way out of the root.
        with os.fdopen(os.open(self.absolute, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, "no regular file any more", str(self.absolute))
            yield file


def list_worktree(git: Git, root: Path, paths: Sequence[Path]) -> Iterator[WorktreeFile]:
    """Yield what is tracked or could be (untracked, not ignored) below `paths`, or below `root` when there are none.

    A folder that is a repository of its own comes once, with mode `SUBMODULE`. What git lists but the disk does not
    have, such as a deleted file or one outside a sparse checkout, is left out. Raises `UsageError` for a path outside
    `root` or one that does not exist.
    """
    folders: dict[str, bool] = {"": True}
    for group in _groups(_disjoint(root, paths)):
        for name in git.records("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *group):
            path = os.fsdecode(name).removesuffix("/")
            if _is_confined(path) and _is_folder(root, path.rpartition("/")[0], folders):
                yield from _found(root, name.removesuffix(b"/"))


def has_tracked(git: Git, path: Path) -> bool:
    """Return whether the index names anything at or below `path`, relative to the root, whether it is there or not."""
    return any(True for _ in git.records("ls-files", "-z", "--cached", "--", os.fsencode(path)))


def _found(root: Path, name: bytes) -> Iterator[WorktreeFile]:
    """Yield the file if it is there and of a kind that git tracks."""
    absolute = root / os.fsdecode(name)
    try:
        status = absolute.lstat()
    except OSError:
        return
    if (mode := _mode(absolute, status.st_mode)) is not None:
        size = 0 if mode is FileMode.SUBMODULE else status.st_size
        yield WorktreeFile(path=path_text(name), absolute=absolute, mode=mode, size=size)


def _mode(absolute: Path, mode: int) -> FileMode | None:
    if stat.S_ISLNK(mode):
        return FileMode.SYMLINK
    if stat.S_ISREG(mode):
        return FileMode.EXECUTABLE if mode & stat.S_IXUSR else FileMode.REGULAR
    is_repository = stat.S_ISDIR(mode) and os.path.lexists(absolute / ".git")
    return FileMode.SUBMODULE if is_repository else None


def _is_confined(path: str) -> bool:
    """Whether a name from the index stays below the root and out of git's folder; git checks that only on adding."""
    return not path.startswith("/") and not any(part.lower() in {"", ".", "..", ".git"} for part in path.split("/"))


def _is_folder(root: Path, folder: str, known: dict[str, bool]) -> bool:
    """Whether every step from the root to `folder` is a folder and no link; `known` remembers."""
    if folder not in known:
        steps = folder.split("/")
        parents = ("/".join(steps[: depth + 1]) for depth in range(len(steps)))
        known[folder] = all(_is_plain_folder(root / parent) for parent in parents)
    return known[folder]


def _is_plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _disjoint(root: Path, paths: Sequence[Path]) -> list[bytes]:
    """Return `paths` relative to `root`, without those that lie below another; empty when that is all of it."""
    kept: list[Path] = []
    for path in sorted({_relative(root, path) for path in paths}):
        if not kept or not path.is_relative_to(kept[-1]):
            kept.append(path)
    return [] if Path() in kept else [os.fsencode(path) for path in kept]


def _relative(root: Path, path: Path) -> Path:
    """Return `path` relative to `root`; links are resolved on the way to it, but not if it is one itself."""
    if not os.path.lexists(path):
        raise UsageError(f"there is no file or folder {str(path)!r}")
    placed = path.resolve() if path.name in {"", ".."} else path.parent.resolve() / path.name
    if not placed.is_relative_to(root):
        raise UsageError(f"{str(path)!r} is outside the repository {root.name!r}")
    return placed.relative_to(root)


def _groups(paths: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Yield `paths` in groups that fit on a command line; one empty group, which means everything, for none."""
    group: list[bytes] = []
    size = 0
    for path in paths:
        if size > MAX_ARGUMENT_BYTES:
            yield group
            group, size = [], 0
        group.append(path)
        size += len(path) + 1
    yield group


def staged_tree(git: Git, index_file: Path, empty_tree: str) -> str:
    """Write the tree of the index, as `git commit` would, and return its id.

    Works on a copy, as the caller may run inside a `git commit` that holds the index's lock, and in an empty folder:
    when git writes an index it compares files touched in the same second with the work tree, through the filters
    configured for them, which are programs.
    """
    with tempfile.TemporaryDirectory() as copy, tempfile.TemporaryDirectory() as empty:
        index = Path(copy, "index")
        try:
            shutil.copyfile(index_file, index)
        except FileNotFoundError:
            return empty_tree  # Nothing was ever staged.
        apart = replace(git.with_environment({"GIT_INDEX_FILE": str(index)}), folder=Path(empty))
        return apart.line("write-tree", "--missing-ok")
