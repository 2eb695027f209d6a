"""A key that never changes, and a state folder of its own for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import settings

from assay.ledger import Ed25519NoteSigner, Ledger

# These tests sync files to disk, which takes as long as it takes.
settings.register_profile("disk", deadline=None)
settings.load_profile("disk")


@pytest.fixture
def signer() -> Ed25519NoteSigner:
    return Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def ledger(state: Path, signer: Ed25519NoteSigner) -> Iterator[Ledger]:
    with Ledger.create(state, signer) as ledger:
        yield ledger


@pytest.fixture
def filled(state: Path, signer: Ed25519NoteSigner) -> Callable[[int], Path]:
    """Return a function that makes a closed log of so many entries and returns its state folder."""

    def fill(size: int) -> Path:
        with Ledger.create(state, signer) as ledger:
            ledger.append([f'{{"n":{index}}}'.encode() for index in range(size)])
        return state

    return fill
