"""What holds for every `SigningKey`, wherever it comes from."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.attest.keyref import load_signer
from assay.attest.keys import SigningKey, SoftwareKey, generate_key, keyid_of, private_pem, verifies
from assay.attest.keystore import create_person_key, load_person_key, local_key
from assay.model.outcome import KeyClass

PASSPHRASE = b"correct horse"


def from_person_file(folder: Path) -> SoftwareKey:
    create_person_key(folder / "ann.key", PASSPHRASE)
    return load_person_key(folder / "ann.key", PASSPHRASE)


def from_environment(_: Path) -> SoftwareKey:
    return load_signer("env:KEY", environ={"KEY": private_pem(generate_key(KeyClass.LOCAL)).decode()})


def from_environment_of_a_server(_: Path) -> SoftwareKey:
    environ = {"KEY": private_pem(generate_key(KeyClass.LOCAL)).decode()}
    return load_signer("env:KEY", environ=environ, key_class=KeyClass.SERVER)


SOURCES: dict[KeyClass, Callable[[Path], SoftwareKey]] = {
    KeyClass.LOCAL: local_key,
    KeyClass.PERSON: from_person_file,
    KeyClass.CI: from_environment,
    KeyClass.SERVER: from_environment_of_a_server,
}


@pytest.fixture(params=SOURCES)
def made(request, tmp_path) -> tuple[KeyClass, SoftwareKey]:
    return request.param, SOURCES[request.param](tmp_path / "keys")


def test_there_is_one_for_every_class():
    assert set(SOURCES) == set(KeyClass)


def test_its_class_is_that_of_its_source(made):
    expected, key = made
    assert key.key_class is expected


def test_its_id_names_its_public_key(made):
    key: SigningKey = made[1]
    assert re.fullmatch(r"[0-9a-f]{64}", key.keyid)
    assert key.keyid == keyid_of(made[1].public_key)


@pytest.mark.parametrize("data", [b"", b"data", b"\x00" * 100_000])
def test_its_signature_is_der_over_sha256(made, data):
    key: SigningKey = made[1]
    assert verifies(made[1].public_key, hashlib.sha256(data).digest(), key.sign(data))


def test_it_shows_nothing_of_itself(made):
    key = made[1]
    secret = key.private.private_numbers().private_value
    shown = f"{key!r} {key!s}"
    assert str(secret) not in shown
    assert f"{secret:x}" not in shown
