"""The writer dies at any byte of any write: what it acknowledged is there, and no size is signed with two roots.

The disk is a folder whose writes stop at a given point. What the writer was writing then is there in part, or
garbled; what it had not synced is there, or gone as after a power cut.
"""

import errno
import os
import shutil
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.errors import StorageError
from assay.ledger import Ed25519NoteSigner, Ledger, LedgerReader
from assay.ledger.files import Folder
from assay.ledger.seen import Seen
from assay.ledger.storage import LogFiles
from assay.ledger.writer import LogWriter

KEY = Ed25519PrivateKey.from_private_bytes(b"\3" * 32)


class Died(BaseException):
    """The process is gone; nothing it would still do is done."""


class RememberingSigner(Ed25519NoteSigner):
    """Refuses the test where a size is signed with a second root, in any life of the writer."""

    def __init__(self, roots: Mapping[str, str] | None = None) -> None:
        super().__init__(KEY)
        self.roots = dict(roots or {})

    def sign(self, text: bytes) -> bytes:
        _, size, root, *_ = text.decode().split("\n")
        assert self.roots.setdefault(size, root) == root, f"two roots are signed for size {size}"
        return super().sign(text)


@pytest.fixture(autouse=True)
def device_that_takes_no_time(monkeypatch):
    """Nothing but these tests' own doing loses data."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(os, "fdatasync", lambda _: None)


@dataclass
class Death:
    """When and how the writer dies."""

    room: int
    """Bytes that are still written; every sync counts for one."""
    garbled: bool = False
    """The last write is there to its end, with its last byte in `room` changed, instead of being cut off."""
    power_cut: bool = False
    """Nothing that was not synced is there."""
    error: int = 0
    """The disk refuses with this error instead, and goes on refusing."""
    before: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    """By inode: the file, and what it held when it was last synced."""
    writes: list[range] = field(default_factory=list)
    """The parts of `room` that each write took."""


class Dying(Folder):
    """A folder in which the writer dies."""

    def __init__(self, path: Path, death: Death) -> None:
        super().__init__(path, writable=True)
        self.death = death
        self.one_at_a_time = threading.Lock()
        """New files are synced by several threads."""

    def write(self, fd, data, offset):
        self._remember(fd)
        self.death.writes.append(range(self.death.room - len(data), self.death.room))
        if len(data) < self.death.room:
            self.death.room -= len(data)
            super().write(fd, data, offset)
            return
        if self.death.garbled:
            place = max(self.death.room - 1, 0)
            super().write(fd, data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :], offset)
        else:
            super().write(fd, data[: self.death.room], offset)
        self._die()

    def sync(self, fd):
        with self.one_at_a_time:
            self.death.room -= 1
            if self.death.room <= 0:
                self._die()
            kept = self.death.before.pop(os.fstat(fd).st_ino, None)
            if kept is not None:
                os.close(kept[0])

    def truncate(self, fd, size):
        self._remember(fd)
        self.death.room -= 1
        if self.death.room <= 0:
            self._die()
        super().truncate(fd, size)

    def _sync_folders(self, _):
        self.death.room -= 1
        if self.death.room <= 0:
            self._die()

    def _remember(self, fd):
        if self.death.power_cut and os.fstat(fd).st_ino not in self.death.before:
            new = os.fstat(fd).st_size == 0
            self.death.before[os.fstat(fd).st_ino] = (os.dup(fd), b"" if new else os.pread(fd, 10**6, 0))

    def _die(self):
        self.death.room = 0
        if self.death.error:
            raise OSError(self.death.error, os.strerror(self.death.error))
        for fd, data in self.death.before.values():
            os.ftruncate(fd, 0)
            os.pwrite(fd, data, 0)
        raise Died


def writer_in(folder: Folder, signer: Ed25519NoteSigner) -> LogWriter:
    return LogWriter(LogFiles(folder), signer, Seen(folder))


def life(writer: LogWriter, acknowledged: list[bytes], new: Callable[[], bytes]) -> None:
    """Commit, integrate and commit again as a committer does, and note what is acknowledged when it is."""
    waiting: list[bytes] = []
    for step in (2, 1, 0, "integrate", 1, 1, 0):
        if step == "integrate":
            writer.integrate()
            continue
        entries = [new() for _ in range(step)]
        writer.write(entries)
        acknowledged += waiting
        waiting = entries
    assert not waiting


@pytest.fixture(params=[0, 254], ids=["empty", "before a full tile"])
def begun(request, tmp_path) -> tuple[Path, list[bytes]]:
    state = tmp_path / "begun"
    entries = [b"first %d" % index for index in range(request.param)]
    with Ledger.create(state, Ed25519NoteSigner(KEY)) as ledger:
        if entries:
            ledger.append(entries)
    return state, entries


@dataclass
class Left:
    """What is left of one life, and what it had done."""

    state: Path
    signer: RememberingSigner
    acknowledged: list[bytes]
    attempted: list[bytes]
    death: Death
    died: bool


def check(left: Left) -> None:
    """Open what is left, as a reader and as a writer, and go on."""
    read = list(LedgerReader(left.state, left.signer.public_key).entries())
    assert read[: len(left.acknowledged)] == left.acknowledged
    assert read == left.attempted[: len(read)]
    with closing(writer_in(Folder(left.state, writable=True), left.signer)) as writer:
        found = list(writer.view.entries(0, writer.view.ref.size))
        assert found[: len(read)] == read
        assert found == left.attempted[: len(found)]
        assert (left.state / "ledger/wal").stat().st_size == 0
        writer.write([b"after"])
        writer.write([])
        writer.integrate()
    reader = LedgerReader(left.state, left.signer.public_key)
    assert list(reader.entries()) == [*found, b"after"]
    assert reader.verify().size == len(found) + 1


def live(begun: tuple[Path, list[bytes]], state: Path, death: Death) -> Left:
    """Copy a log, open it on a sound disk, and live on one that kills."""
    source, entries = begun
    shutil.rmtree(state, ignore_errors=True)
    shutil.copytree(source, state)
    left = Left(state, RememberingSigner(), list(entries), list(entries), death, died=False)

    def new() -> bytes:
        left.attempted.append(b"new %d" % len(left.attempted))
        return left.attempted[-1]

    writer = writer_in(Folder(state, writable=True), left.signer)
    dying = Dying(state, death)
    writer._files = LogFiles(dying)
    writer._wal._folder = writer._seen._folder = dying
    try:
        life(writer, left.acknowledged, new)
    except Died:
        left.died = True
    except StorageError:
        left.died = bool(death.error)
    for fd, _ in death.before.values():
        os.close(fd)
    writer.close()
    return left


def points(begun: tuple[Path, list[bytes]], state: Path, *, every: int) -> list[int]:
    """Return where to die: at every byte of one commit's write, at every so many of the others, at every sync."""
    room = 10**6
    whole = live(begun, state, Death(room=room))
    assert not whole.died
    assert len(whole.acknowledged) == len(begun[1]) + 5
    commit, *others = sorted(whole.death.writes, key=lambda write: write.stop != whole.death.writes[1].stop)
    chosen = set(range(whole.death.room, room))
    for write in (*others, *([commit] if every > 20 else [])):
        chosen -= set(write) - set(write[::every]) - {write[-1]}
    return sorted(room - point for point in chosen)


def recover(state: Path, signer: RememberingSigner, death: Death) -> None:
    """Open the log as a writer does, on a disk that kills."""
    try:
        writer_in(Dying(state, death), signer).close()
    except Died:
        pass
    finally:
        for fd, _ in death.before.values():
            os.close(fd)


@pytest.mark.slow
@pytest.mark.parametrize("power_cut", [False, True], ids=["killed", "power cut"])
def test_a_writer_that_dies_again_while_it_recovers(begun, tmp_path, power_cut):
    where = points(begun, tmp_path / "dying", every=1000)
    recoveries = 0
    for room in where[:: len(where) // 16]:
        once = live(begun, tmp_path / "once", Death(room=room, power_cut=power_cut))
        shutil.rmtree(tmp_path / "dying")
        shutil.copytree(once.state, tmp_path / "dying")
        whole = Death(room=10**6)
        recover(tmp_path / "dying", RememberingSigner(), whole)
        needed = 10**6 - whole.room
        for again in range(1, needed + 1, max(1, needed // 24)):
            shutil.rmtree(tmp_path / "dying")
            shutil.copytree(once.state, tmp_path / "dying")
            left = replace(once, state=tmp_path / "dying", signer=RememberingSigner(once.signer.roots))
            recover(left.state, left.signer, Death(room=again, power_cut=power_cut))
            check(left)
            recoveries += 1
    assert recoveries > 100


@pytest.mark.slow
@pytest.mark.parametrize("garbled", [False, True], ids=["cut off", "garbled"])
@pytest.mark.parametrize("power_cut", [False, True], ids=["killed", "power cut"])
def test_a_writer_that_dies_at_any_byte(begun, tmp_path, garbled, power_cut):
    where = points(begun, tmp_path / "dying", every=40 if begun[1] else 20)
    assert len(where) > 100
    for room in where:
        left = live(begun, tmp_path / "dying", Death(room=room, garbled=garbled, power_cut=power_cut))
        assert left.died
        check(left)


def test_a_disk_that_is_full_at_any_byte(begun, tmp_path):
    """Nothing acknowledged is lost; what was refused may be there, but then whole and in its place."""
    for room in points(begun, tmp_path / "dying", every=60):
        left = live(begun, tmp_path / "dying", Death(room=room, error=errno.ENOSPC))
        assert left.died
        check(left)
