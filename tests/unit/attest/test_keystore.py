import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assay.attest.keyfile import create_private
from assay.attest.keys import keyid_of, parse_public_pem, private_pem, verifies
from assay.attest.keystore import (
    CHECKPOINT_KEY,
    LOCAL_KEY,
    checkpoint_key,
    create_person_key,
    load_person_key,
    local_key,
)
from assay.errors import KeyFileError
from assay.model.outcome import KeyClass

PASSPHRASE = b"correct horse"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "keys"


class TestLocalKey:
    def test_is_made_once(self, folder):
        first, second = local_key(folder), local_key(folder)
        assert first.keyid == second.keyid
        assert first.key_class is KeyClass.LOCAL
        assert verifies(second.public_key, hashlib.sha256(b"x").digest(), first.sign(b"x"))

    def test_has_its_public_key_beside_it(self, folder):
        key = local_key(folder)
        assert keyid_of(parse_public_pem((folder / "local.pub").read_bytes())) == key.keyid

    def test_is_refused_once_others_can_read_it(self, folder):
        local_key(folder)
        (folder / LOCAL_KEY).chmod(0o644)
        with pytest.raises(KeyFileError, match="can be used by others"):
            local_key(folder)

    def test_below_a_file_is_an_error(self, folder):
        folder.parent.mkdir()
        folder.write_text("")
        with pytest.raises(KeyFileError, match="cannot be read: Not a directory"):
            local_key(folder)

    def test_damaged_is_an_error_and_never_replaced(self, folder):
        create_private(folder / LOCAL_KEY, b"damaged")
        with pytest.raises(KeyFileError, match="expected an unencrypted private key"):
            local_key(folder)
        assert (folder / LOCAL_KEY).read_bytes() == b"damaged"


class TestCheckpointKey:
    def test_is_made_once(self, folder):
        def public(key: Ed25519PrivateKey) -> bytes:
            return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

        assert public(checkpoint_key(folder)) == public(checkpoint_key(folder))
        assert (folder / CHECKPOINT_KEY).stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("kind", ["damaged", "p-256"])
    def test_anything_else_is_an_error(self, folder, key, kind):
        create_private(folder / CHECKPOINT_KEY, b"damaged" if kind == "damaged" else private_pem(key))
        with pytest.raises(KeyFileError, match="expected an Ed25519 private key"):
            checkpoint_key(folder)


class TestPersonKey:
    def test_comes_back_with_its_passphrase(self, folder):
        made = create_person_key(folder / "ann.key", PASSPHRASE)
        found = load_person_key(folder / "ann.key", PASSPHRASE)
        assert (found.keyid, found.key_class) == (made.keyid, KeyClass.PERSON)
        assert keyid_of(parse_public_pem((folder / "ann.pub").read_bytes())) == made.keyid

    def test_is_never_on_disk_in_clear(self, folder):
        made = create_person_key(folder / "ann.key", PASSPHRASE)
        clear = made.private.private_numbers().private_value.to_bytes(32, "big")
        assert all(clear not in entry.read_bytes() for entry in folder.iterdir())
        assert b"ENCRYPTED" in (folder / "ann.key").read_bytes()

    def test_is_never_replaced(self, folder):
        create_person_key(folder / "ann.key", PASSPHRASE)
        before = (folder / "ann.key").read_bytes()
        with pytest.raises(KeyFileError, match="there is a key at"):
            create_person_key(folder / "ann.key", b"another one")
        assert (folder / "ann.key").read_bytes() == before

    def test_with_a_wrong_passphrase(self, folder):
        create_person_key(folder / "ann.key", PASSPHRASE)
        with pytest.raises(KeyFileError, match="the passphrase is wrong"):
            load_person_key(folder / "ann.key", b"another one")
