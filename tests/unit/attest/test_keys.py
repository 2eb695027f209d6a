import hashlib
import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from assay.attest.keys import (
    MAX_KEY_BYTES,
    SoftwareKey,
    generate_key,
    keyid_of,
    parse_private_key,
    parse_public_pem,
    private_der,
    private_pem,
    public_pem,
    verifies,
    verifies_raw,
)
from assay.errors import KeyFileError
from assay.model.jcs import canonical
from assay.model.outcome import KeyClass
from assay.model.wire import to_wire


class TestKeyid:
    def test_is_the_hash_of_the_subject_public_key_info(self, key):
        der = key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert key.keyid == keyid_of(key.public_key) == hashlib.sha256(der).hexdigest()

    def test_survives_a_file(self, key):
        assert keyid_of(parse_public_pem(public_pem(key.public_key))) == key.keyid


class TestPrivate:
    @pytest.mark.parametrize("write", [private_pem, private_der])
    def test_comes_back(self, key, write):
        found = parse_private_key(write(key), KeyClass.CI)
        assert (found.keyid, found.key_class) == (key.keyid, KeyClass.CI)

    def test_sec1_is_read_too(self, key):
        # What `openssl ecparam -genkey` writes.
        data = key.private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        assert parse_private_key(data, KeyClass.CI).keyid == key.keyid

    def test_is_in_no_repr(self, key):
        assert "private" not in repr(key)
        assert repr(key) == "SoftwareKey(key_class=<KeyClass.LOCAL: 'local'>)"

    def test_cannot_be_serialised_by_accident(self, key):
        with pytest.raises(TypeError):
            pickle.dumps(key)
        with pytest.raises(TypeError):
            canonical(to_wire(key))

    @pytest.mark.parametrize("data", [b"", b"key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    def test_what_is_no_key(self, data):
        with pytest.raises(KeyFileError, match="expected an unencrypted private key"):
            parse_private_key(data, KeyClass.CI)

    def test_an_encrypted_key_is_not_asked_a_passphrase(self, key):
        data = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
        with pytest.raises(KeyFileError, match="unencrypted"):
            parse_private_key(data, KeyClass.CI)

    def test_the_error_carries_no_cause_and_no_data(self):
        with pytest.raises(KeyFileError) as caught:
            parse_private_key(b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n", KeyClass.CI)
        assert caught.value.__suppress_context__
        assert "c2Vj" not in str(caught.value)

    def test_more_than_a_key(self, key):
        with pytest.raises(KeyFileError, match="at most"):
            parse_private_key(private_pem(key) + b"\n" * MAX_KEY_BYTES, KeyClass.CI)

    def test_another_algorithm(self):
        data = Ed25519PrivateKey.generate().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        with pytest.raises(KeyFileError, match="another algorithm"):
            parse_private_key(data, KeyClass.CI)

    def test_another_curve(self):
        with pytest.raises(KeyFileError, match="P-256, found one on secp384r1"):
            SoftwareKey(private=generate_private_key(SECP384R1()), key_class=KeyClass.CI)


class TestPublic:
    @pytest.mark.parametrize("data", [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
    def test_what_is_no_key(self, data):
        with pytest.raises(KeyFileError, match="expected a public key"):
            parse_public_pem(data)

    def test_a_private_key_is_not_taken_for_one(self, key):
        with pytest.raises(KeyFileError, match="expected a public key"):
            parse_public_pem(private_pem(key))

    def test_more_than_a_key(self, key):
        with pytest.raises(KeyFileError, match="at most"):
            parse_public_pem(public_pem(key.public_key) + b"\n" * MAX_KEY_BYTES)

    @pytest.mark.parametrize(
        ("other", "text"),
        [(Ed25519PrivateKey.generate(), "another algorithm"), (generate_private_key(SECP384R1()), "secp384r1")],
        ids=["ed25519", "p-384"],
    )
    def test_another_algorithm_or_curve(self, other, text):
        data = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(KeyFileError, match=text):
            parse_public_pem(data)


class TestSignature:
    def test_verifies_with_its_key_only(self, key, other_key):
        digest = hashlib.sha256(b"data").digest()
        assert verifies(key.public_key, digest, key.sign(b"data"))
        assert not verifies(other_key.public_key, digest, key.sign(b"data"))
        assert not verifies(key.public_key, hashlib.sha256(b"other").digest(), key.sign(b"data"))

    @pytest.mark.parametrize("signature", [b"", b"\x00" * 64, b"\xff" * 64, b"\x30\x00"])
    def test_garbage_verifies_in_neither_form(self, key, signature):
        digest = hashlib.sha256(b"data").digest()
        assert not verifies(key.public_key, digest, signature)
        assert not verifies_raw(key.public_key, digest, signature)

    def test_two_keys_are_two(self):
        assert generate_key(KeyClass.LOCAL).keyid != generate_key(KeyClass.LOCAL).keyid
