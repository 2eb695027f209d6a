"""The writer by itself: what it refuses, and what it leaves when it stops half way."""

from contextlib import closing
from pathlib import Path

import pytest

from assay.errors import LedgerCorruptError, LedgerForkedError, LedgerRolledBackError
from assay.ledger import Ledger, LedgerReader
from assay.ledger.files import Folder
from assay.ledger.load import load
from assay.ledger.seen import Seen
from assay.ledger.storage import LogFiles
from assay.ledger.wal import Frame, encode_frame
from assay.ledger.writer import LogWriter


@pytest.fixture
def folder(state, signer) -> Folder:
    Ledger.create(state, signer).close()
    return Folder(state, writable=True)


def writer_in(folder, signer) -> LogWriter:
    return LogWriter(LogFiles(folder), signer, Seen(folder))


def test_a_bit_that_flips_in_memory_is_not_signed(folder, signer, state):
    with closing(writer_in(folder, signer)) as writer:
        writer.write([b"a", b"b", b"c"])
        writer.write([])
        node = writer.view.frontier._hashes[0]
        writer.view.frontier._hashes[0] = bytes([node[0] ^ 1]) + node[1:]
        with pytest.raises(
            LedgerForkedError, match="refused to sign: the tree in memory is not the one signed at size 3"
        ):
            writer.write([b"d"])
    with Ledger.open(state, signer) as ledger:
        assert list(ledger.entries()) == [b"a", b"b", b"c"]


def test_entries_count_once_their_checkpoint_is_durable(folder, signer, state):
    with closing(writer_in(folder, signer)) as writer:
        writer.write([b"a"])
        assert (writer.view.frontier.size, writer.view.ref.size) == (1, 0)
        assert LedgerReader(state, signer.public_key).size == 0
        writer.write([b"b"])
        assert LedgerReader(state, signer.public_key).size == writer.view.ref.size == 1
    # The next writer finds the second entry durable, and signs it: the first may have done so already.
    with Ledger.open(state, signer) as ledger:
        assert list(ledger.entries()) == [b"a", b"b"]


def test_frames_that_were_published_before_the_writer_died_are_passed_over(folder, signer, state):
    with closing(writer_in(folder, signer)) as writer:
        writer.write([b"a"])
        writer.write([])
        frames = (state / "ledger/wal").read_bytes()
        writer.integrate()
    (state / "ledger/wal").write_bytes(frames)
    assert list(LedgerReader(state, signer.public_key).entries()) == [b"a"]
    with Ledger.open(state, signer) as ledger:
        assert (state / "ledger/wal").stat().st_size == 0
        assert ledger.append([b"b"]).first_index == 1


def test_a_frame_that_is_published_in_part_is_damage(folder, signer, state):
    with closing(writer_in(folder, signer)) as writer:
        writer.write([b"a"])
        writer.write([])
        writer.integrate()
    (state / "ledger/wal").write_bytes(encode_frame(Frame(first=0, entries=(b"a", b"b"), note=""), 0))
    with pytest.raises(LedgerCorruptError, match="entry 1 is missing, the next one there is 0"):
        LedgerReader(state, signer.public_key)


def test_tiles_that_change_while_they_are_read_are_not_believed(folder, signer):
    class Flickering(LogFiles):
        def edge(self, size):
            return [[b"x" * 32] * len(hashes) for hashes in super().edge(size)]

    with closing(writer_in(folder, signer)) as writer:
        writer.write([b"a"])
        writer.write([])
        writer.integrate()
    with pytest.raises(LedgerCorruptError, match="the rightmost tiles do not hash to the root"):
        load(Flickering(folder), signer.public_key)


def test_a_writer_that_cannot_begin_lets_go_of_its_files(folder, signer, state, tmp_path):
    with Ledger.open(state, signer) as ledger:
        ledger.append([b"a"])
    (state / "ledger/checkpoint").rename(tmp_path / "checkpoint")
    with pytest.raises(LedgerRolledBackError):
        Ledger.create(state, signer)
    (tmp_path / "checkpoint").rename(state / "ledger/checkpoint")
    (state / "ledger/tile/0/000.p/1").unlink()
    before = len(list(Path("/dev/fd").iterdir()))
    with pytest.raises(LedgerCorruptError):
        Ledger.open(state, signer)
    assert len(list(Path("/dev/fd").iterdir())) == before
