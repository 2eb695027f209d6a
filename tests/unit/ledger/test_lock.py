import fcntl
import os
import subprocess
import sys
import threading

import pytest

from assay.errors import LedgerError
from assay.ledger.files import Folder
from assay.ledger.lock import locked

HOLD = """
import sys, pathlib
from assay.ledger.files import Folder
from assay.ledger.lock import locked
with locked(Folder(pathlib.Path(sys.argv[1]), writable=True), exclusive=sys.argv[2] == "True", timeout_s=9):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(state):
    """Return a function that starts a process which holds the lock until it is killed."""
    started = []

    def hold(*, exclusive: bool) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", HOLD, str(state), str(exclusive)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout.readline() == b"held\n"
        return process

    yield hold
    for process in started:
        process.kill()
        process.communicate()


def test_a_writer_waits_so_long_and_then_names_who_holds_the_lock(state, holder):
    process = holder(exclusive=True)
    folder = Folder(state, writable=True)
    expected = rf"waited 0.01 s for {state}/lock, held by process {process.pid} \(-c\)"
    for exclusive in (True, False):
        with pytest.raises(LedgerError, match=expected), locked(folder, exclusive=exclusive, timeout_s=0.01):
            pytest.fail("two hold the lock")


def test_the_lock_of_a_process_that_is_killed_is_free(state, holder):
    process = holder(exclusive=True)
    process.kill()
    process.wait()
    with locked(Folder(state, writable=True), exclusive=True, timeout_s=5):
        assert f"process {os.getpid()} " in (state / "lock").read_text()


def test_readers_share_and_keep_a_writer_out(state, holder):
    holder(exclusive=False)
    folder = Folder(state, writable=True)
    with locked(folder, exclusive=False, timeout_s=5):
        pass
    with (
        pytest.raises(LedgerError, match="held by processes that read it"),
        locked(folder, exclusive=True, timeout_s=0),
    ):
        pytest.fail("a writer came in")


def test_a_waiting_writer_goes_on_when_the_lock_is_free(state):
    folder = Folder(state, writable=True)
    order = []

    def second() -> None:
        with locked(folder, exclusive=True, timeout_s=5):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked(folder, exclusive=True, timeout_s=5):
        thread.start()
        thread.join(0.02)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_folder_that_nobody_can_write_needs_no_lock(state):
    state.mkdir(mode=0o700)
    with locked(Folder(state, writable=False), exclusive=False, timeout_s=0):
        assert list(state.iterdir()) == []


def test_on_a_full_disk_the_lock_holds_without_a_note(state, monkeypatch):
    def full(fd, data, offset):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with locked(Folder(state, writable=True), exclusive=True, timeout_s=0):
        assert (state / "lock").read_bytes() == b""
        fd = os.open(state / "lock", os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(fd)
