"""The bytes on disk, kept in `tests/assets/ledger`: a log written by one version is read by every later one."""

from pathlib import Path

import pytest

from assay.ledger import Ledger, LedgerReader, VerifierKey, verify_receipt
from assay.ledger import log as module

ASSETS = Path(__file__).parents[2] / "assets/ledger"
ORIGIN = "assay/00112233445566778899aabbccddeeff"
ENTRIES = [f'{{"n":{index}}}'.encode() for index in range(300)]


def copy(source: Path, target: Path) -> None:
    """Copy a log with the modes that the ledger would have given it, whatever the checkout did."""
    target.mkdir(mode=0o700)
    for path in sorted(source.rglob("*")):
        copied = target / path.relative_to(source)
        if path.is_dir():
            copied.mkdir(mode=0o700)
        else:
            copied.write_bytes(path.read_bytes())
            copied.chmod(0o600)


@pytest.fixture
def log(state, signer, monkeypatch) -> Ledger:
    monkeypatch.setattr(module, "new_origin", lambda: ORIGIN)
    with Ledger.create(state, signer) as log:
        yield log


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"])
def test_the_files_of_a_log_are_what_they_were(log, state, name):
    log.append(ENTRIES)
    log.publish()
    assert (state / "ledger" / name).read_bytes() == (ASSETS / "log/ledger" / name).read_bytes()


def test_the_write_ahead_log_is_what_it_was(log, state):
    log.append(ENTRIES[:3])
    log.append(ENTRIES[3:4])
    assert (state / "ledger/wal").read_bytes() == (ASSETS / "tail/ledger/wal").read_bytes()


def test_a_receipt_is_what_it_was(log):
    log.append(ENTRIES)
    assert log.prove(7) == (ASSETS / "entry-7.tlog-proof").read_text()


def test_an_old_log_is_read_and_extended(tmp_path, signer):
    copy(ASSETS / "log", tmp_path / "log")
    assert list(LedgerReader(tmp_path / "log", signer.public_key).entries()) == ENTRIES
    with Ledger.open(tmp_path / "log", signer) as log:
        assert log.append([b"more"]).first_index == 300
        assert log.verify().size == 301


def test_an_old_tail_is_read_and_published(tmp_path, signer):
    copy(ASSETS / "tail", tmp_path / "tail")
    assert list(LedgerReader(tmp_path / "tail", signer.public_key).entries()) == ENTRIES[:4]
    with Ledger.open(tmp_path / "tail", signer) as log:
        assert log.size == 4
    assert (tmp_path / "tail/ledger/tile/0/000.p/4").exists()


def test_an_old_receipt_is_verified(signer):
    key = VerifierKey(name=ORIGIN, public_key=signer.public_key)
    assert verify_receipt((ASSETS / "entry-7.tlog-proof").read_text(), ENTRIES[7], key).index == 7
