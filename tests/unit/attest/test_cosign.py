import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from nacl.secret import SecretBox

from assay.attest.cosign import MIN_PASSPHRASE_BYTES, READABLE_N, decrypt_key, encrypt_key
from assay.attest.keys import MAX_KEY_BYTES, SoftwareKey, generate_key, private_der
from assay.errors import KeyFileError
from assay.model.outcome import KeyClass

# Test keys that sigstore publishes with their passphrases, made by cosign. They are stored as the JSON inside the PEM.
PUBLISHED = sorted((Path(__file__).parents[2] / "assets/attest/cosign").glob("*.json"))
PASSPHRASE = b"correct horse"


def armour(sealed: Any, label: str = "ENCRYPTED SIGSTORE") -> bytes:
    body = base64.encodebytes(sealed if isinstance(sealed, bytes) else json.dumps(sealed).encode()).decode()
    return f"-----BEGIN {label} PRIVATE KEY-----\n{body}-----END {label} PRIVATE KEY-----\n".encode()


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unarmour(data: bytes) -> dict[str, Any]:
    return json.loads(base64.b64decode(b"".join(data.splitlines()[1:-1])))


@pytest.fixture(scope="module")
def key() -> SoftwareKey:
    return generate_key(KeyClass.PERSON)


@pytest.fixture(scope="module")
def written(key: SoftwareKey) -> bytes:
    return encrypt_key(key, PASSPHRASE)


class TestPublishedKeys:
    @pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
    def test_open_with_their_passphrase(self, path):
        sample = json.loads(path.read_text())
        found = decrypt_key(armour(sample["sealed"], sample["label"]), sample["passphrase"].encode(), KeyClass.PERSON)
        assert found.keyid == sample["keyid"]

    def test_the_strongest_parameters_open_too(self, key):
        salt, nonce = bytes(32), bytes(24)
        secret = hashlib.scrypt(PASSPHRASE, salt=salt, n=2**17, r=8, p=1, maxmem=2**28, dklen=32)
        sealed = {
            "kdf": {"name": "scrypt", "params": {"N": 2**17, "r": 8, "p": 1}, "salt": text(salt)},
            "cipher": {"name": "nacl/secretbox", "nonce": text(nonce)},
            "ciphertext": text(SecretBox(secret).encrypt(private_der(key), nonce).ciphertext),
        }
        assert decrypt_key(armour(sealed), bytearray(PASSPHRASE), KeyClass.PERSON).keyid == key.keyid

    def test_there_are_some_of_each_label_and_strength(self):
        samples = [json.loads(path.read_text()) for path in PUBLISHED]
        assert {sample["label"] for sample in samples} == {"ENCRYPTED SIGSTORE", "ENCRYPTED COSIGN"}
        assert {sample["sealed"]["kdf"]["params"]["N"] for sample in samples} == {2**15, 2**16}


class TestWritten:
    def test_opens_with_its_passphrase(self, key, written):
        found = decrypt_key(written, PASSPHRASE, KeyClass.PERSON)
        assert (found.keyid, found.key_class) == (key.keyid, KeyClass.PERSON)

    def test_with_another_one_it_says_so(self, written):
        with pytest.raises(KeyFileError, match="the passphrase is wrong, or the key file was altered") as caught:
            decrypt_key(written, b"correct house", KeyClass.PERSON)
        assert caught.value.__suppress_context__
        assert "house" not in str(caught.value)

    def test_has_the_parameters_of_cosign(self, written):
        kdf = unarmour(written)["kdf"]
        assert kdf["name"] == "scrypt"
        assert kdf["params"] == {"N": 65536, "r": 8, "p": 1}
        assert len(base64.b64decode(kdf["salt"])) == 32

    def test_has_the_lines_of_pem(self, written):
        first, *lines, last = written.decode().splitlines()
        assert first == "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----"
        assert last == "-----END ENCRYPTED SIGSTORE PRIVATE KEY-----"
        assert {len(line) for line in lines[:-1]} == {64}

    def test_never_twice_the_same(self, key, written):
        again = unarmour(encrypt_key(key, PASSPHRASE))
        assert again["kdf"]["salt"] != unarmour(written)["kdf"]["salt"]
        assert again["cipher"]["nonce"] != unarmour(written)["cipher"]["nonce"]

    def test_a_short_passphrase_is_refused(self, key):
        with pytest.raises(KeyFileError, match="at least 8 bytes, found 7"):
            encrypt_key(key, b"x" * (MIN_PASSPHRASE_BYTES - 1))


class TestRefused:
    def changed(self, written: bytes, *path: str, to: object) -> bytes:
        sealed = unarmour(written)
        inner = sealed
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to
        return armour(sealed)

    @pytest.mark.parametrize("n", [1, 2**14, 2**18, 2**30, -1, 0])
    def test_parameters_that_cosign_does_not_write(self, written, n):
        assert n not in READABLE_N
        with pytest.raises(KeyFileError, match="it is not opened"):
            decrypt_key(self.changed(written, "kdf", "params", "N", to=n), PASSPHRASE, KeyClass.PERSON)

    @pytest.mark.parametrize("name", ["r", "p"])
    def test_other_parameters_too(self, written, name):
        with pytest.raises(KeyFileError, match="it is not opened"):
            decrypt_key(self.changed(written, "kdf", "params", name, to=1024), PASSPHRASE, KeyClass.PERSON)

    @pytest.mark.parametrize("part", ["kdf", "cipher"])
    def test_other_algorithms(self, written, part):
        with pytest.raises(KeyFileError, match="other algorithms"):
            decrypt_key(self.changed(written, part, "name", to="none"), PASSPHRASE, KeyClass.PERSON)

    def test_a_nonce_of_another_length(self, written):
        with pytest.raises(KeyFileError, match="expected a nonce of 24 bytes, found 1"):
            decrypt_key(self.changed(written, "cipher", "nonce", to="eA=="), PASSPHRASE, KeyClass.PERSON)

    def test_an_altered_ciphertext(self, written):
        with pytest.raises(KeyFileError, match="or the key file was altered"):
            decrypt_key(self.changed(written, "ciphertext", to="eA=="), PASSPHRASE, KeyClass.PERSON)

    @pytest.mark.parametrize("block", [b"x", b"[]", b"{}", b"\xff"])
    def test_a_damaged_block(self, block):
        with pytest.raises(KeyFileError, match="damaged"):
            decrypt_key(armour(block), PASSPHRASE, KeyClass.PERSON)

    def test_a_block_that_is_not_base64(self):
        data = armour(b"x").replace(b"eA==", b"eA=")
        with pytest.raises(KeyFileError, match="damaged"):
            decrypt_key(data, PASSPHRASE, KeyClass.PERSON)

    @pytest.mark.parametrize("data", [b"", b"key", armour({}, "RSA")])
    def test_another_format(self, data):
        with pytest.raises(KeyFileError, match="begins with `BEGIN ENCRYPTED SIGSTORE PRIVATE KEY`"):
            decrypt_key(data, PASSPHRASE, KeyClass.PERSON)

    def test_more_than_a_key(self, written):
        with pytest.raises(KeyFileError, match="begins with"):
            decrypt_key(written + b"\n" * MAX_KEY_BYTES, PASSPHRASE, KeyClass.PERSON)
