"""Small inputs that ask for a lot of memory or time, all before anything is verified."""

import base64
import json
import tracemalloc

import pytest

from assay.attest import Check, TrustStore, verify_envelope
from assay.attest.cosign import decrypt_key
from assay.attest.dsse import MAX_ENVELOPE_BYTES
from assay.config.schema import Config
from assay.errors import KeyFileError, VerificationError
from assay.model.outcome import KeyClass

NOBODY = TrustStore.of(Config(), {})
ENVELOPE = b'{"payload":"eA==","payloadType":"t","signatures":[{"sig":"eA=="}],"more":%b}'


def check_of(data: bytes) -> str | None:
    with pytest.raises(VerificationError) as caught:
        verify_envelope(data, NOBODY)
    return caught.value.check


def test_nesting():
    assert check_of(ENVELOPE % (b"[" * 1_000_000 + b"]" * 1_000_000)) == Check.ENVELOPE_JSON
    assert check_of(b"[" * 1_000_000) == Check.ENVELOPE_JSON


def test_size():
    assert check_of(b" " * (MAX_ENVELOPE_BYTES + 1)) == Check.ENVELOPE_SIZE


def test_members_nobody_knows_are_not_built():
    data = ENVELOPE % (b"[" + b"[]," * 1_000_000 + b"[]]")
    tracemalloc.start()
    try:
        assert check_of(data) == Check.UNKNOWN_KEY
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # As Python objects these lists would take twenty times the text.
    assert peak < len(data)


def test_signatures():
    many = json.dumps({"payload": "eA==", "payloadType": "t", "signatures": [{"sig": "eA=="}] * 100_000})
    assert check_of(many.encode()) == Check.SIGNATURE_COUNT


def test_a_key_file_that_asks_for_a_terabyte():
    sealed = {
        "kdf": {"name": "scrypt", "params": {"N": 2**40, "r": 8, "p": 1}, "salt": ""},
        "cipher": {"name": "nacl/secretbox", "nonce": base64.b64encode(bytes(24)).decode()},
        "ciphertext": "",
    }
    label = "ENCRYPTED SIGSTORE PRIVATE KEY"
    body = base64.b64encode(json.dumps(sealed).encode()).decode()
    with pytest.raises(KeyFileError, match="it is not opened"):
        decrypt_key(f"-----BEGIN {label}-----\n{body}\n-----END {label}-----".encode(), b"x", KeyClass.PERSON)
