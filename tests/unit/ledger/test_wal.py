import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import LedgerCorruptError, StorageError
from assay.ledger.files import Folder
from assay.ledger.wal import Frame, Wal, decode_frames, encode_frame, read_wal

FRAMES = [
    Frame(first=0, entries=(b"a", b"", b"bcd"), note=""),
    Frame(first=3, entries=(b"\xa5WAL\0\0\0\1",), note="the checkpoint of 3\n"),
    Frame(first=4, entries=(), note="the checkpoint of 4\n"),
]


def encoded(frames: list[Frame]) -> bytes:
    data = b""
    for frame in frames:
        data += encode_frame(frame, len(data))
    return data


def test_frames_read_back(state):
    wal = Wal(Folder(state, writable=True))
    for frame in FRAMES:
        wal.append(frame)
    data = read_wal(Folder(state, writable=False))
    assert data == encoded(FRAMES)
    assert decode_frames(data) == (FRAMES, len(data))
    assert (wal.end, wal.size()) == (len(data), len(data))
    wal.close()


def test_no_file_has_no_frames(state):
    assert decode_frames(read_wal(Folder(state, writable=False))) == ([], 0)


def test_a_file_cut_at_any_byte_has_the_frames_before(state):
    data = encoded(FRAMES)
    ends = [len(encoded(FRAMES[:count])) for count in range(4)]
    for cut in range(len(data)):
        whole = sum(end <= cut for end in ends) - 1
        assert decode_frames(data[:cut]) == (FRAMES[:whole], ends[whole])


def test_the_last_frame_garbled_at_any_byte_is_no_frame():
    data = encoded(FRAMES)
    start = len(encoded(FRAMES[:2]))
    for place in range(start, len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x10
        assert decode_frames(bytes(changed)) == (FRAMES[:2], start)


def test_an_earlier_frame_garbled_at_any_byte_is_damage_and_names_the_entry():
    data = encoded(FRAMES)
    first_end, second_end = (len(encoded(FRAMES[:count])) for count in (1, 2))
    for place in range(second_end):
        changed = bytearray(data)
        changed[place] ^= 0x10
        with pytest.raises(LedgerCorruptError, match="is damaged, and one that was written later is not") as caught:
            decode_frames(bytes(changed))
        assert caught.value.index == (None if place < first_end else 3)


def test_a_frame_holds_only_where_it_was_written():
    moved = encode_frame(FRAMES[0], 7)
    assert decode_frames(moved) == ([], 0)


@given(st.binary(max_size=200))
def test_any_bytes_are_frames_or_a_torn_write(data):
    frames, end = decode_frames(encoded(FRAMES[:1]) + data)
    assert (frames, end) == (FRAMES[:1], len(encoded(FRAMES[:1])))


class Failing(Folder):
    """A disk that writes so many bytes and then refuses, or does not sync, or does not even truncate."""

    room = 10**9
    syncs = True
    truncates = True

    def write(self, fd, data, offset):
        super().write(fd, data[: self.room], offset)
        if len(data) > self.room:
            raise OSError(28, "No space left on device")

    def sync(self, fd):
        if not self.syncs:
            raise OSError(5, "Input/output error")
        super().sync(fd)

    def truncate(self, fd, size):
        if not self.truncates:
            raise OSError(5, "Input/output error")
        super().truncate(fd, size)


def test_a_write_that_does_not_fit_is_taken_back(state):
    folder = Failing(state, writable=True)
    wal = Wal(folder)
    wal.append(FRAMES[0])
    folder.room = 9
    with pytest.raises(StorageError, match="No space left"):
        wal.append(FRAMES[1])
    assert read_wal(folder) == encoded(FRAMES[:1])
    folder.truncates = False
    with pytest.raises(StorageError, match="No space left"):
        wal.append(FRAMES[1])
    assert len(read_wal(folder)) == len(encoded(FRAMES[:1])) + 9
    folder.room = 10**9
    wal.append(FRAMES[1])
    assert decode_frames(read_wal(folder))[0] == FRAMES[:2]
    assert not wal.failed
    wal.close()


def test_a_sync_that_fails_is_remembered(state):
    folder = Failing(state, writable=True)
    folder.syncs = False
    wal = Wal(folder)
    with pytest.raises(StorageError, match="Input/output error"):
        wal.append(FRAMES[0])
    assert wal.failed
    assert wal.end == 0
    wal.close()


def test_truncating_is_reported_where_it_fails(state):
    folder = Failing(state, writable=True)
    wal = Wal(folder)
    wal.append(FRAMES[0])
    wal.truncate(0)
    assert (wal.end, (state / "ledger/wal").stat().st_size) == (0, 0)
    folder.truncates = False
    with pytest.raises(StorageError, match="ledger/wal: Input/output error"):
        wal.truncate(0)
    wal.close()
