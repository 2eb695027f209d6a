"""The log is put back to an older state, or swapped for another history: this machine has seen better."""

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.errors import LedgerError, LedgerForkedError, LedgerRolledBackError
from assay.ledger import Ed25519NoteSigner, Ledger, LedgerReader
from assay.ledger.checkpoint import sign_checkpoint
from assay.model.decision import CheckpointRef

SIGNER = Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(b"\6" * 32))


def put(folder: Path, state: Path) -> None:
    """Put a kept copy of the ledger folder in the place of the one there is."""
    shutil.rmtree(state / "ledger")
    shutil.copytree(folder, state / "ledger")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A log of 300 entries, with copies of its folder at 3 and at 256 entries, and of another history."""
    state = tmp_path / "state"
    Ledger.create(state, SIGNER).close()
    shutil.copytree(state, tmp_path / "other")
    for place, first in ((state, b"a"), (tmp_path / "other", b"b")):
        for size in (3, 256, 300):
            with Ledger.open(place, SIGNER) as ledger:
                ledger.append([first + b"%d" % index for index in range(ledger.size, size)])
            shutil.copytree(place / "ledger", tmp_path / f"{place.name}-{size}")
    return state


def both(state: Path) -> list[LedgerError]:
    """Return what a reader and a writer are told; neither changes anything."""
    before = {path: path.read_bytes() for path in state.rglob("*") if path.is_file() and path.name != "lock"}
    errors = []
    for opening in (lambda: LedgerReader(state, SIGNER.public_key), lambda: Ledger.open(state, SIGNER)):
        with pytest.raises(LedgerError) as caught:
            opening()
        errors.append(caught.value)
    after = {path: path.read_bytes() for path in state.rglob("*") if path.is_file() and path.name != "lock"}
    assert after == before
    return errors


@pytest.mark.parametrize("size", [3, 256])
def test_an_older_log_is_refused_with_both_sizes(state, tmp_path, size):
    put(tmp_path / f"state-{size}", state)
    for error in both(state):
        assert isinstance(error, LedgerRolledBackError)
        assert f"has {size} entries, but this machine has seen it with 300" in error.message
        assert "restore" in str(error.hint)


def test_another_history_of_the_same_size_is_refused(state, tmp_path):
    put(tmp_path / "other-300", state)
    for error in both(state):
        assert isinstance(error, LedgerForkedError)
        assert "has 300 entries, and the first 300 are not those that this machine has seen" in error.message


def test_another_history_that_is_longer_is_refused(state, tmp_path):
    with Ledger.open(tmp_path / "other", SIGNER) as other:
        other.append([b"more"])
    put(tmp_path / "other/ledger", state)
    for error in both(state):
        assert isinstance(error, LedgerForkedError)
        assert "has 301 entries, and the first 300 are not those" in error.message


def test_another_history_that_is_shorter_is_refused(state, tmp_path):
    put(tmp_path / "other-256", state)
    assert {type(error) for error in both(state)} == {LedgerRolledBackError}


def test_a_longer_log_with_the_same_beginning_is_accepted_and_remembered(state, tmp_path):
    shutil.copytree(state, tmp_path / "elsewhere")
    with Ledger.open(tmp_path / "elsewhere", SIGNER) as elsewhere:
        elsewhere.append([b"more"])
    put(tmp_path / "elsewhere/ledger", state)
    assert LedgerReader(state, SIGNER.public_key).size == 301
    put(tmp_path / "state-300", state)
    for error in both(state):
        assert "has 300 entries, but this machine has seen it with 301" in error.message


def test_what_a_killed_writer_acknowledged_cannot_be_cut_from_its_write_ahead_log(tmp_path):
    state = tmp_path / "live"
    ledger = Ledger.create(state, SIGNER)
    for number in range(5):
        ledger.append([b"%d" % number])
    shutil.copytree(state, tmp_path / "killed")
    ledger.close()
    wal = tmp_path / "killed/ledger/wal"
    data = wal.read_bytes()
    assert LedgerReader(tmp_path / "killed", SIGNER.public_key).size == 5
    for end in (0, len(data) // 2, len(data) - 1):
        wal.write_bytes(data[:end])
        for error in both(tmp_path / "killed"):
            assert isinstance(error, LedgerRolledBackError)
            assert "this machine has seen it with 5" in error.message


@pytest.mark.parametrize("record", ["garbled", "of another key", "of another log"])
def test_a_record_that_is_not_of_this_log_is_an_error_and_not_a_fresh_start(state, record):
    path = next((state / "seen/assay").iterdir())
    ref = CheckpointRef(origin=f"assay/{path.name}", size=300, root="0" * 64)
    notes = {
        "garbled": "garbled",
        "of another key": sign_checkpoint(
            ref, Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(b"\7" * 32))
        ).note,
        "of another log": sign_checkpoint(CheckpointRef(origin="assay/x", size=1, root="0" * 64), SIGNER).note,
    }
    path.write_text(notes[record])
    for error in both(state):
        assert error.message.startswith(f"seen/assay/{path.name}: ")


def test_a_torn_record_leaves_the_one_before(state):
    path = next((state / "seen/assay").iterdir())
    for slot in (0, 512):
        data = bytearray(path.read_bytes())
        assert len(data) == 1024
        data[slot] ^= 1
        path.write_bytes(data)
        with Ledger.open(state, SIGNER) as ledger:
            ledger.append([b"mends what is torn"])
            ledger.append([b"twice"])
    path.write_bytes(bytes(byte ^ 1 for byte in path.read_bytes()))
    for error in both(state):
        assert error.message.startswith("seen/assay/")


@pytest.mark.parametrize("data", [b"", b"\0" * 1024])
def test_a_record_that_a_power_cut_emptied_is_begun_anew(state, data):
    path = next((state / "seen/assay").iterdir())
    path.write_bytes(data)
    with Ledger.open(state, SIGNER) as ledger:
        assert ledger.size == 300
    assert b"\n300\n" in path.read_bytes()
