"""Keys that a repository brings, and keys that get out through messages."""

import secrets
import traceback

import pytest

from assay.attest.cosign import decrypt_key, encrypt_key
from assay.attest.keyfile import read_private
from assay.attest.keyref import load_signer
from assay.attest.keys import SoftwareKey, generate_key, parse_private_key, private_pem
from assay.attest.keystore import local_key
from assay.errors import KeyFileError
from assay.model.outcome import KeyClass


@pytest.fixture
def key() -> SoftwareKey:
    return generate_key(KeyClass.PERSON)


def told(error: BaseException) -> str:
    """All that a message or a traceback says, without local variables."""
    return "".join(traceback.format_exception(error))


class TestPlanted:
    def test_a_checked_out_key_has_the_mode_of_a_checkout(self, key, tmp_path):
        planted = tmp_path / "local.key"
        planted.write_bytes(private_pem(key))
        planted.chmod(0o644)
        with pytest.raises(KeyFileError, match="can be used by others"):
            read_private(planted)

    def test_a_link_to_a_key_elsewhere(self, key, tmp_path):
        mine = tmp_path / "mine.key"
        mine.write_bytes(private_pem(key))
        mine.chmod(0o600)
        (tmp_path / "keys").mkdir(mode=0o700)
        (tmp_path / "keys" / "local.key").symlink_to(mine)
        with pytest.raises(KeyFileError, match="cannot be read"):
            local_key(tmp_path / "keys")

    @pytest.mark.parametrize("path", ["assay/keys/ci.key", "./ci.key", "../ci.key"])
    def test_a_reference_into_the_work_tree(self, tmp_path, monkeypatch, path):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(KeyFileError, match="expected an absolute path"):
            load_signer(f"file:{path}", environ={})


class TestLeaked:
    def test_a_key_pasted_where_a_reference_belongs(self, key):
        pasted = private_pem(key).decode()
        with pytest.raises(KeyFileError) as caught:
            load_signer(pasted, environ={})
        assert pasted.splitlines()[1] not in told(caught.value) + str(caught.value.hint)

    def test_a_damaged_key(self, key):
        damaged = private_pem(key).replace(b"\n-----END", b"A\n-----END")
        with pytest.raises(KeyFileError) as caught:
            parse_private_key(damaged, KeyClass.CI)
        assert damaged.decode().splitlines()[1] not in told(caught.value)

    def test_a_wrong_passphrase(self, key):
        right, wrong = secrets.token_hex(8), secrets.token_hex(8)
        with pytest.raises(KeyFileError) as caught:
            decrypt_key(encrypt_key(key, right.encode()), wrong.encode(), KeyClass.PERSON)
        assert right not in told(caught.value)
        assert wrong not in told(caught.value)

    def test_a_key_in_a_message(self, key):
        secret = key.private.private_numbers().private_value
        for shown in (repr(key), str(key), f"{[key]}", f"{ ({'key': key}) }"):
            assert str(secret) not in shown
            assert f"{secret:064x}" not in shown
