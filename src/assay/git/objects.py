"""Reading objects through one long-lived `git cat-file --batch-command`.

Trusted: git. Not trusted: which objects there are, how large they are, whether they are whole. If lost: the reader
hands out the content of one object as that of another; so every answer is matched with its question, and a process
whose answers can no longer be matched is replaced.
"""

import contextlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from weakref import WeakSet

from assay.errors import MissingObjectError, ObjectTooLargeError, RepositoryError
from assay.git._failure import failure
from assay.git._run import CHUNK_BYTES, Git

_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """What an object is."""

    kind: str
    """`blob`, `tree`, `commit` or `tag`."""
    size: int
    """Bytes."""


class ObjectReader:
    """Reads objects by their full id: a context manager, for one thread.

    An object that is missing or damaged costs an error, never the next answer.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._pipes: _Pipes | None = None
        self._streaming = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process; the next question would start another."""
        if self._pipes is not None:
            self._pipes.close()
            self._pipes = None

    def info(self, oid: str) -> ObjectInfo:
        """Return kind and size. Raises `MissingObjectError`."""
        return self._ask("info", oid)

    def read(self, oid: str, limit: int | None = None) -> bytes:
        """Return the whole content. Raises `MissingObjectError`, and `ObjectTooLargeError` above `limit` bytes."""
        if limit is not None and (size := self.info(oid).size) > limit:
            raise ObjectTooLargeError(f"object {oid} has {size} bytes; at most {limit} are read here")
        content = self._take(self._ask("contents", oid).size + 1)
        return content[:-1]  # A line break follows the content.

    def stream(self, oid: str, chunk: int = CHUNK_BYTES) -> Iterator[bytes]:
        """Yield the content in pieces of at most `chunk` bytes, so that no object need fit into memory.

        Raises `MissingObjectError` with the first piece. Nothing else can be asked until the iterator is at its end
        or closed.
        """
        remaining = self._ask("contents", oid).size
        self._streaming = True
        try:
            while remaining:
                piece = self._take(min(chunk, remaining))
                remaining -= len(piece)
                yield piece
            self._take(1)
        except GeneratorExit:
            self.close()  # The rest of the content would be taken for the next answer.
            raise
        finally:
            self._streaming = False

    def _ask(self, command: str, oid: str) -> ObjectInfo:
        if self._streaming:
            raise RuntimeError("this reader is still streaming an object")
        if not _OBJECT_ID.fullmatch(oid):
            raise RepositoryError(f"expected a full object id, found {oid!r}")
        match self._exchange(f"{command} {oid}\n".encode()).split():
            case [name, b"missing"] if name == oid.encode():
                raise MissingObjectError(f"this clone has no object {oid}", hint="see: git fsck, git fetch")
            case [name, kind, size] if name == oid.encode():
                return ObjectInfo(kind=kind.decode(), size=int(size))
            case _:
                raise self._lost()

    def _exchange(self, question: bytes) -> bytes:
        if self._pipes is None:
            self._pipes = _Pipes(self._git)
        try:
            self._pipes.stdin.write(question)
            self._pipes.stdin.flush()
        except BrokenPipeError:
            raise self._lost() from None
        return self._pipes.stdout.readline()

    def _take(self, size: int) -> bytes:
        assert self._pipes is not None  # noqa: S101 - an answer is being read
        piece = self._pipes.stdout.read(size)
        if len(piece) < size:
            raise self._lost()
        return piece

    def _lost(self) -> RepositoryError:
        """Give up a process that died or answered something else, and return the error with its last words."""
        assert self._pipes is not None  # noqa: S101 - it was just asked
        code, words = self._pipes.close()
        self._pipes = None
        return failure("cat-file", code, words)


class _Pipes:
    """One running `cat-file`."""

    def __init__(self, git: Git) -> None:
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._process = git.start("cat-file", "--batch-command", stdin=subprocess.PIPE, stderr=self._messages)
        assert self._process.stdin is not None  # noqa: S101 - `start` asks for both pipes
        assert self._process.stdout is not None  # noqa: S101
        self.stdin = self._process.stdin
        self.stdout = self._process.stdout
        _running.add(self)

    def close(self) -> tuple[int, bytes]:
        """Close the pipes, upon which git exits; return its exit code and what it said."""
        with contextlib.suppress(BrokenPipeError):
            self.stdin.close()
        self.stdout.close()
        code = self._process.wait()
        self._messages.seek(0)
        words = self._messages.read()
        self._messages.close()
        return code, words


_running: WeakSet[_Pipes] = WeakSet()


def _close_inherited() -> None:
    """Close what a forked process inherits: while it holds a copy, git awaits a question and its parent git's end."""
    for pipes in tuple(_running):
        pipes.stdin.close()
        pipes.stdout.close()


os.register_at_fork(after_in_child=_close_inherited)
