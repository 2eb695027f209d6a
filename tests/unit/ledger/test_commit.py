"""Group commit: how callers share syncs, and what they hear when something goes wrong."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from assay.errors import LedgerError, StorageError
from assay.ledger import Ledger
from assay.ledger import commit as module
from assay.ledger import writer as writer_module
from assay.ledger.files import Folder


@pytest.fixture
def syncs(monkeypatch) -> list[int]:
    """The syncs of the write-ahead log, while they take as long as on a slow disk."""
    seen: list[int] = []
    real = os.fdatasync

    def slow(fd: int) -> None:
        seen.append(fd)
        time.sleep(0.002)
        real(fd)

    monkeypatch.setattr(os, "fdatasync", slow)
    return seen


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait for what happens after callers have their answer."""
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)
    return condition()


def test_a_lone_caller_waits_for_two_syncs(ledger, syncs):
    ledger.append([b"a"])
    ledger.append([b"b", b"c"])
    assert len(syncs) == 4


def test_many_callers_share_their_syncs(ledger, syncs):
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda n: ledger.append([b"%d" % n]), range(320)))
    assert ledger.size == 320
    assert len(syncs) < 320 / 4


def test_a_group_stops_taking_at_its_limit(ledger, syncs, monkeypatch):
    monkeypatch.setattr(module, "_GROUP_BYTES", 1)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: ledger.append([b"%d" % n]), range(24)))
    assert len(syncs) >= 24
    assert ledger.size == 24


def test_a_long_tail_is_integrated_while_more_is_coming(ledger, state, monkeypatch):
    monkeypatch.setattr(writer_module, "_TAIL_ENTRIES", 10)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: ledger.append([b"%d" % n]), range(200)))
    assert eventually(lambda: int((state / "ledger/checkpoint").read_text().split("\n")[1]) > 190)
    assert ledger.verify().size == 200


def test_a_large_tail_is_integrated_too(ledger, state, monkeypatch):
    monkeypatch.setattr(writer_module, "_TAIL_BYTES", 1000)
    ledger.append([b"x" * 1000])
    assert eventually(lambda: (state / "ledger/wal").stat().st_size == 0)


def test_a_tail_that_cannot_be_integrated_stops_growing(ledger, state, monkeypatch):
    monkeypatch.setattr(writer_module, "_TAIL_ENTRIES", 10)

    def full(*_):
        raise StorageError("No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Folder, "write_all", full)
        for index in range(10):
            assert ledger.append([b"x"]).first_index == index
        for _ in range(3):
            with pytest.raises(StorageError, match="No space left"):
                ledger.append([b"x"])
        assert ledger.size == 10
    assert ledger.append([b"x"]).first_index == 10
    assert ledger.verify().size == 11


def test_a_busy_process_lets_others_write(ledger, state, signer, monkeypatch):
    monkeypatch.setattr(module, "_HOLD_S", 0.02)
    done = threading.Event()

    def busy() -> None:
        while not done.is_set():
            ledger.append([b"x"])

    with ThreadPoolExecutor(4) as pool, Ledger.open(state, signer, lock_timeout_s=5) as other:
        running = [pool.submit(busy) for _ in range(4)]
        try:
            indices = [other.append([b"y"]).first_index for _ in range(3)]
        finally:
            done.set()
        for one in running:
            one.result()
        assert [ledger.entry(index) for index in indices] == [b"y"] * 3


def test_everyone_who_waits_hears_of_an_error_and_the_next_call_goes_on(ledger, monkeypatch):
    full = threading.Event()
    real = Folder.write

    def write(self, fd, data, offset):
        if full.is_set():
            raise OSError(28, "No space left on device")
        real(self, fd, data, offset)

    monkeypatch.setattr(Folder, "write", write)
    ledger.append([b"a"])
    full.set()

    def refused(number: int) -> bool:
        with pytest.raises(StorageError, match="No space left"):
            ledger.append([b"%d" % number])
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(refused, range(8)))
    full.clear()
    assert ledger.append([b"b"]).first_index == 1
    assert list(ledger.entries()) == [b"a", b"b"]


def test_an_error_of_any_kind_reaches_the_caller(ledger, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(ledger._writer, "write", broken)
    with pytest.raises(ZeroDivisionError):
        ledger.append([b"a"])
    monkeypatch.undo()
    assert ledger.append([b"b"]).first_index == 0


def test_a_device_that_failed_a_sync_is_not_written_again(ledger, state, signer, monkeypatch):
    ledger.append([b"a"])

    def fails(fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fails)
    with pytest.raises(StorageError, match="Input/output error"):
        ledger.append([b"b"])
    monkeypatch.undo()
    with pytest.raises(LedgerError, match="what it holds is unknown"):
        ledger.append([b"c"])
    with pytest.raises(LedgerError, match="what it holds is unknown"):
        ledger.close()
    # What reached the file counts; it is written to new files before it is relied on.
    with Ledger.open(state, signer) as again:
        assert list(again.entries()) == [b"a", b"b"]
        assert (state / "ledger/wal").stat().st_size == 0


def test_closing_waits_for_what_other_threads_append(state, signer, syncs):
    ledger = Ledger.create(state, signer)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(ledger.append, [b"%d" % n]) for n in range(8)]
        while ledger.size == 0:
            time.sleep(0.001)
        ledger.close()
        acknowledged = [one.result() for one in waiting if one.exception() is None]
    refused = [one for one in waiting if one.exception() is not None]
    assert all("closed" in str(one.exception()) for one in refused)
    with Ledger.open(state, signer) as again:
        assert again.size == len(acknowledged) >= 1
