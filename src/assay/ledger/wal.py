"""The write-ahead log: what has been acknowledged and does not stand in tiles yet.

A frame is one write, made durable before the next begins, so only the last one can be torn:

    head:      4 magic bytes   uint32 length of the body
    body:      uint64 first index   uint32 number of entries   uint16 length of the note
               note   the checkpoint that covers everything before `first index`, or nothing
               entries, each behind its uint16 length
    foot:      SHA-256 over the frame's offset (uint64) and its body

The checkpoint of a frame's own entries stands in the next frame: the log signs nothing that is not on the device.
"""

import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from assay.errors import LedgerCorruptError
from assay.ledger.files import Folder
from assay.ledger.tiles import decode_bundle, encode_bundle

WAL_NAME = "ledger/wal"

# What one call may append at once, whole or not at all: it stands in memory several times over.
MAX_BATCH_BYTES = 64 * 2**20

# A writer integrates its tail long before; twice the largest batch leaves room for both.
_MAX_WAL_BYTES = 4 * MAX_BATCH_BYTES

_MAGIC = b"\xa5WAL"
_HEAD = struct.Struct(">4sI")
_BODY = struct.Struct(">QIH")
_CHECKSUM_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One commit: new entries, and the checkpoint over those of the commit before."""

    first: int
    """Index of the first entry; the size of the log before this frame."""
    entries: tuple[bytes, ...]
    note: str
    """Empty where everything before was covered already."""


def encode_frame(frame: Frame, offset: int) -> bytes:
    """Return the bytes of a frame that is written at `offset`."""
    note = frame.note.encode()
    body = b"".join((_BODY.pack(frame.first, len(frame.entries), len(note)), note, encode_bundle(frame.entries)))
    return b"".join((_HEAD.pack(_MAGIC, len(body)), body, _checksum(body, offset)))


def decode_frames(data: bytes) -> tuple[list[Frame], int]:
    """Return the whole frames from the start, and the offset after the last of them.

    What follows that offset is a write that never finished and was never acknowledged. Raises
    `LedgerCorruptError` where a whole frame stands behind a broken one: then something acknowledged is damaged.
    """
    frames = []
    end = 0
    while (body := _body_at(data, end)) is not None:
        frames.append(_decode(body))
        end += _HEAD.size + len(body) + _CHECKSUM_BYTES
    later = data.find(_MAGIC, end + 1)
    while later >= 0:
        if _body_at(data, later) is not None:
            raise LedgerCorruptError(
                f"{WAL_NAME}: the frame at byte {end} is damaged, and one that was written later is not",
                index=_next_index(frames),
                hint="restore the ledger folder from a copy; the entries of that frame were acknowledged",
            )
        later = data.find(_MAGIC, later + 1)
    return frames, end


class Wal:
    """The file, open for writing. Only who holds the log's lock may call its methods."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.end = 0
        """Offset after the last frame that is whole and durable: where the next one goes."""
        self.failed = False
        """The device would not say that a frame is durable; what it holds is unknown until it is read anew."""
        with folder.reported(WAL_NAME):
            self._fd = folder.open_file(WAL_NAME)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._fd)

    def append(self, frame: Frame) -> None:
        """Write a frame and return once it is on the device. Raises `StorageError`; then the frame is not there.

        Where it is the sync that fails, the frame may be there all the same, and `failed` is set.
        """
        data = encode_frame(frame, self.end)
        with self._folder.reported(WAL_NAME):
            try:
                self._folder.write(self._fd, data, self.end)
            except OSError:
                with suppress(OSError):
                    self._folder.truncate(self._fd, self.end)
                raise
            self.sync()
        self.end += len(data)

    def sync(self) -> None:
        """Return once what the file holds is on the device. Raises `OSError`."""
        try:
            self._folder.sync(self._fd)
        except OSError:
            # After a failed sync the kernel may drop the pages and call the next sync a success.
            self.failed = True
            raise

    def truncate(self, end: int) -> None:
        """Cut the file to `end` bytes and go on from there."""
        with self._folder.reported(WAL_NAME):
            self._folder.truncate(self._fd, end)
        self.end = end

    def size(self) -> int:
        """Return how many bytes the file has now."""
        return os.fstat(self._fd).st_size


def read_wal(folder: Folder) -> bytes:
    """Return what the file holds; nothing where there is none."""
    return folder.read(WAL_NAME, _MAX_WAL_BYTES) or b""


def _body_at(data: bytes, start: int) -> bytes | None:
    """Return the body of the frame at `start`, or None where there is no whole one."""
    body_start = start + _HEAD.size
    if body_start > len(data):
        return None
    magic, length = _HEAD.unpack_from(data, start)
    body_end = body_start + length
    if magic != _MAGIC or length < _BODY.size or body_end + _CHECKSUM_BYTES > len(data):
        return None
    body = data[body_start:body_end]
    return body if data[body_end : body_end + _CHECKSUM_BYTES] == _checksum(body, start) else None


def _decode(body: bytes) -> Frame:
    first, count, note_bytes = _BODY.unpack_from(body)
    entries_start = _BODY.size + note_bytes
    note = body[_BODY.size : entries_start].decode()
    return Frame(first=first, entries=tuple(decode_bundle(body[entries_start:], first, count)), note=note)


def _checksum(body: bytes, offset: int) -> bytes:
    return sha256(offset.to_bytes(8, "big") + body).digest()


def _next_index(frames: Sequence[Frame]) -> int | None:
    return frames[-1].first + len(frames[-1].entries) if frames else None
