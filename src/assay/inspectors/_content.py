"""The content of one file, whole or in windows, from the object database or the work tree.

Trusted: git for objects. Not trusted: sizes (the work tree may change while it is read), encodings. If lost: a file
that grows while it is read could fill memory, so every read has a limit.
"""

import codecs
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Protocol

from assay.git import ObjectReader, WorktreeFile
from assay.inspectors._base import SourceFile
from assay.inspectors.scope import BINARY, EMPTY, is_binary, wide_encoding
from assay.model.finding import Span

# Parsers and rules hold a file several times over. Source above this size is generated or data; the families that can
# read it in windows do so, and the others say that they did not.
MAX_WHOLE_BYTES = 16 << 20

# A window is searched in one go, so a worker holds two of them and little else. On both sides it shows more than the
# longest secret has (a PEM block of a 16,384 bit key has 13 KB) and enough of the line for its context.
WINDOW_BYTES = 4 << 20
OVERLAP_BYTES = 64 << 10

_CHUNK_BYTES = 1 << 20


class Content(Protocol):
    """Bytes that can be read more than once."""

    @property
    def size(self) -> int:
        """Bytes, as far as known before reading."""
        ...

    def read(self, limit: int) -> bytes:
        """Return all bytes. Raises `ObjectTooLargeError` above `limit`."""
        ...

    def chunks(self) -> Generator[bytes]:
        """Yield the bytes in pieces; close the iterator when leaving it early."""
        ...


# No slots: `cached_property` keeps what it computes in the instance's dictionary.
@dataclass(frozen=True, kw_only=True)
class BlobContent:
    """An object of the repository. Raises `MissingObjectError` where the clone lacks it."""

    reader: ObjectReader
    blob: str

    @cached_property
    def size(self) -> int:
        """Bytes. Asked for once: every question waits for git, and an object never changes."""
        return self.reader.info(self.blob).size

    def read(self, limit: int) -> bytes:
        """Return all bytes."""
        return self.reader.read(self.blob, limit if self.size > limit else None)

    def chunks(self) -> Generator[bytes]:
        """Yield the bytes."""
        yield from self.reader.stream(self.blob, _CHUNK_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskContent:
    """A regular file of the work tree. Raises `OSError`, also where a link or a pipe has taken its place."""

    file: WorktreeFile

    @property
    def size(self) -> int:
        """Bytes, when the file was listed."""
        return self.file.size

    def read(self, limit: int) -> bytes:
        """Return all bytes."""
        return self.file.read(limit)

    def chunks(self) -> Generator[bytes]:
        """Yield the bytes."""
        with os.fdopen(os.open(self.file.absolute, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
            while chunk := opened.read(_CHUNK_BYTES):
                yield chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file, or one window of it: what an inspector is given, and which part of it is this piece's own."""

    source: SourceFile
    own: range
    """Offsets in `source`. A match that starts elsewhere is another piece's to report."""
    offset: int = 0
    """Bytes of the file before `source`."""
    lines: int = 0
    """Lines of the file that end before `source`."""
    columns: int = 0
    """Bytes before `source` of the line that it begins in."""
    whole: bool = True
    recoded: bool = False
    """The file is in UTF-16 or UTF-32, so that offsets and columns are those of its UTF-8 form."""

    def span(self, start: int, end: int) -> Span:
        """Return the place in the file of the bytes `start` to `end` of `source`."""
        span = self.source.span(start, end)
        return Span(
            start=self.offset + start,
            end=self.offset + end,
            line=self.lines + span.line,
            column=span.column + (self.columns if span.line == 1 else 0),
            end_line=self.lines + span.end_line,
            end_column=span.end_column + (self.columns if span.end_line == 1 else 0),
        )


def open_pieces(content: Content, path: str) -> Iterator[Piece] | str:
    """Return the file as one piece, or in windows where it is too large for that; or why it is skipped."""
    if content.size > MAX_WHOLE_BYTES:
        return _open_windows(content.chunks(), path)
    data = content.read(MAX_WHOLE_BYTES)
    if not data:
        return EMPTY
    if is_binary(data):
        return BINARY
    encoding = wide_encoding(data)
    text = b"".join(_as_utf8(iter([data]), encoding))
    source = SourceFile(path=path, data=text)
    return iter([Piece(source=source, own=range(len(text) + 1), recoded=encoding is not None)])


def _open_windows(chunks: Generator[bytes], path: str) -> Iterator[Piece] | str:
    first = next(chunks, b"")
    if not first or is_binary(first):
        chunks.close()
        return BINARY if first else EMPTY
    encoding = wide_encoding(first)
    return _windows(_as_utf8(chain([first], chunks), encoding), path, recoded=encoding is not None)


def _as_utf8(chunks: Iterator[bytes], encoding: str | None) -> Iterator[bytes]:
    if encoding is None:
        yield from chunks
        return
    # The mark itself becomes the first character; it is dropped, as it is none of the text.
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    marked = True
    for chunk in chunks:
        text = decoder.decode(chunk)
        yield (text[1:] if marked else text).encode("utf-8", errors="replace")
        marked = marked and not text
    yield decoder.decode(b"", final=True).encode("utf-8", errors="replace")


def _windows(chunks: Iterator[bytes], path: str, *, recoded: bool) -> Iterator[Piece]:
    """Yield windows that own `WINDOW_BYTES` each and show `OVERLAP_BYTES` more on both sides."""
    buffer = bytearray()
    offset = lines = columns = own = 0

    def window(own_end: int, shown: int) -> Piece:
        return Piece(
            source=SourceFile(path=path, data=bytes(memoryview(buffer)[:shown])),
            own=range(own, own_end),
            offset=offset,
            lines=lines,
            columns=columns,
            whole=False,
            recoded=recoded,
        )

    for chunk in chunks:
        buffer += chunk
        while len(buffer) >= own + WINDOW_BYTES + OVERLAP_BYTES:
            end = own + WINDOW_BYTES
            yield window(end, end + OVERLAP_BYTES)
            drop = end - OVERLAP_BYTES
            last = buffer.rfind(b"\n", 0, drop)
            columns = drop - last - 1 if last >= 0 else columns + drop
            lines += buffer.count(b"\n", 0, drop)
            offset += drop
            own = OVERLAP_BYTES
            del buffer[:drop]
    yield window(len(buffer) + 1, len(buffer))
