"""A writer is killed with SIGKILL wherever it happens to be, again and again: nothing acknowledged is lost."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.ledger import Ed25519NoteSigner, Ledger, LedgerReader

KEY = Ed25519PrivateKey.from_private_bytes(b"\4" * 32)
ROUNDS = 60
THREADS = 4


class NotingSigner(Ed25519NoteSigner):
    """Notes every checkpoint in a file before it signs it; the file outlives the process."""

    def __init__(self, path: Path) -> None:
        super().__init__(KEY)
        self.path = path

    def sign(self, text: bytes) -> bytes:
        with self.path.open("ab", buffering=0) as notes:
            notes.write(text.replace(b"\n", b" ") + b"\n")
        return super().sign(text)

    def roots_by_size(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for line in self.path.read_text().splitlines():
            _, size, root = line.split()
            found.setdefault(size, set()).add(root)
        return found


def write_until_killed(state: Path, signer: NotingSigner, life: int, answers: int) -> None:
    """Append from several threads, publish now and then, and answer with what was acknowledged."""
    with Ledger.open(state, signer) as ledger:

        def work(thread: int) -> None:
            for count in range(10_000):
                entries = [b"%d/%d/%d/%d" % (life, thread, count, part) for part in range(1 + count % 3)]
                first = ledger.append(entries).first_index
                os.write(answers, b"".join(b"%d %s\n" % (first + n, entry) for n, entry in enumerate(entries)))
                if count % 5 == thread:
                    ledger.publish()

        for thread in range(THREADS):
            threading.Thread(target=work, args=(thread,), daemon=True).start()
        time.sleep(60)


def one_life(state: Path, signer: NotingSigner, life: int, after_s: float) -> dict[int, bytes]:
    """Start a writer, kill it, and return what it had acknowledged by index."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            write_until_killed(state, signer, life, writing)
        finally:
            os._exit(1)
    os.close(writing)
    time.sleep(after_s)
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with os.fdopen(reading, "rb") as answers:
        lines = [line for line in answers.read().splitlines(keepends=True) if line.endswith(b"\n")]
    return {int(index): entry for index, entry in (line.split() for line in lines)}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_writer_that_is_killed_again_and_again(tmp_path):
    state = tmp_path / "state"
    signer = NotingSigner(tmp_path / "signed")
    Ledger.create(state, signer).close()
    moments = random.Random(7)
    acknowledged: dict[int, bytes] = {}
    tails = 0
    for life in range(ROUNDS):
        acknowledged |= one_life(state, signer, life, moments.uniform(0.005, 0.08))
        tails += (state / "ledger/wal").stat().st_size > 0
        reader = LedgerReader(state, signer.public_key)
        entries = list(reader.entries())
        assert {index: entries[index] for index in acknowledged} == acknowledged
        assert len(set(entries)) == len(entries)
        assert reader.verify().size == len(entries)
    assert len(acknowledged) > ROUNDS
    assert tails > ROUNDS / 4
    assert {size: roots for size, roots in signer.roots_by_size().items() if len(roots) > 1} == {}
    with Ledger.open(state, signer) as ledger:
        assert ledger.size >= len(acknowledged)
        assert ledger.verify().size == ledger.size
