"""Two gates, and more, write one log at the same time: one history, and every answer holds."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.errors import LedgerError
from assay.ledger import Ed25519NoteSigner, Ledger, LedgerReader

SEED = b"\5" * 32
SIGNER = Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(SEED))

GATE = """
import sys, pathlib
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from assay.ledger import Ed25519NoteSigner, Ledger
state, seed, name = pathlib.Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), sys.argv[3]
signer = Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(seed))
sys.stdin.readline()
for opened in range(4):
    with Ledger.open(state, signer, lock_timeout_s=60) as ledger:
        for count in range(10):
            entry = f"{name}/{opened}/{count}".encode()
            appended = ledger.append([entry])
            print(appended.first_index, appended.checkpoint.size, appended.checkpoint.root, entry.decode(), flush=True)
"""

HOLDER = """
import sys, pathlib
from assay.ledger.files import Folder
from assay.ledger.lock import locked
with locked(Folder(pathlib.Path(sys.argv[1]), writable=True), exclusive=True, timeout_s=9):
    print("held", flush=True)
    sys.stdin.read()
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    Ledger.create(tmp_path / "state", SIGNER).close()
    return tmp_path / "state"


def test_gates_that_write_at_the_same_time_write_one_history(state):
    gates = [start(GATE, state, SEED.hex(), name) for name in "abcd"]
    for gate in gates:
        gate.stdin.write("go\n")
        gate.stdin.flush()
    answers = [line.split() for gate in gates for line in gate.communicate(timeout=120)[0].splitlines()]
    assert [gate.returncode for gate in gates] == [0] * 4
    reader = LedgerReader(state, SIGNER.public_key)
    assert reader.verify().size == len(answers) == 160
    for index, size, root, entry in answers:
        assert reader.entry(int(index)) == entry.encode()
        assert int(index) < int(size)
        assert reader.root(int(size)).hex() == root


def test_a_gate_that_cannot_have_the_log_says_who_has_it(state):
    holder = start(HOLDER, state)
    assert holder.stdout.readline() == "held\n"
    try:
        with pytest.raises(LedgerError, match=rf"waited 0.05 s for \S+/lock, held by process {holder.pid}") as caught:
            Ledger.open(state, SIGNER, lock_timeout_s=0.05)
        assert "wait for it to finish, or end it" in str(caught.value.hint)
        with pytest.raises(LedgerError, match=f"held by process {holder.pid}"):
            LedgerReader(state, SIGNER.public_key, lock_timeout_s=0.05)
    finally:
        holder.kill()
        holder.communicate()
    with Ledger.open(state, SIGNER, lock_timeout_s=5) as ledger:
        assert ledger.append([b"x"]).first_index == 0


def test_an_open_log_that_is_swapped_for_another_is_not_written(state, tmp_path):
    ledger = Ledger.open(state, SIGNER)
    ledger.append([b"a"])
    ledger.publish()
    Ledger.create(tmp_path / "other", SIGNER).close()
    (state / "ledger").rename(state / "gone")
    (tmp_path / "other/ledger").rename(state / "ledger")
    with pytest.raises(LedgerError, match="was swapped for assay/"):
        ledger.append([b"b"])
    with pytest.raises(LedgerError):
        ledger.close()
    assert LedgerReader(state, SIGNER.public_key).size == 0
