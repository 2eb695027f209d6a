"""We and securesystemslib, the library under in-toto and TUF, read each other's envelopes."""

import json

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError as ForeignVerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

from assay.attest.dsse import decode_envelope, pae, sign, verify
from assay.attest.keys import SoftwareKey, generate_key
from assay.model.outcome import KeyClass

KIND = "application/vnd.in-toto+json"
PAYLOAD = b'{"_type":"https://in-toto.io/Statement/v1"}'


@pytest.fixture
def key() -> SoftwareKey:
    return generate_key(KeyClass.LOCAL)


def foreign_key(key: SoftwareKey) -> SSlibKey:
    return SSlibKey.from_crypto(key.public_key, keyid=key.keyid)


def test_theirs_verifies_ours(key):
    second = generate_key(KeyClass.CI)
    envelope = Envelope.from_dict(json.loads(sign(PAYLOAD, KIND, [key, second])))
    assert set(envelope.verify([foreign_key(key), foreign_key(second)], threshold=2)) == {key.keyid, second.keyid}
    assert envelope.payload == PAYLOAD


def test_theirs_refuses_ours_once_it_is_changed(key):
    envelope = Envelope.from_dict(json.loads(sign(PAYLOAD, KIND, [key])))
    envelope.payload += b" "
    with pytest.raises(ForeignVerificationError):
        envelope.verify([foreign_key(key)], threshold=1)


def test_ours_verifies_theirs(key):
    envelope = Envelope(PAYLOAD, KIND, {})
    envelope.sign(CryptoSigner(key.private, foreign_key(key)))
    found = verify(decode_envelope(json.dumps(envelope.to_dict()).encode()), {key.keyid: key.public_key})
    assert found.keyids == (key.keyid,)


def test_ours_verifies_theirs_under_the_key_id_they_made(key):
    theirs = SSlibKey.from_crypto(key.public_key)
    assert theirs.keyid != key.keyid
    envelope = Envelope(PAYLOAD, KIND, {})
    envelope.sign(CryptoSigner(key.private, theirs))
    found = verify(decode_envelope(json.dumps(envelope.to_dict()).encode()), {key.keyid: key.public_key})
    assert found.keyids == (key.keyid,)


@pytest.mark.parametrize(("payload", "kind"), [(b"", ""), (b"\x00\xff", "t"), ("ಠ".encode(), "http://example.com/é")])
def test_both_sign_the_same_bytes(payload, kind):
    assert pae(kind, payload) == Envelope(payload, kind, {}).pae()
