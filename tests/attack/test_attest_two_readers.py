"""Bytes that two readers could take for different things."""

from base64 import b64encode
from dataclasses import replace

import pytest

from assay.attest import Check, SoftwareKey, TrustStore, encode_statement, sign_statement, verify_envelope
from assay.attest.dsse import sign
from assay.attest.keys import generate_key
from assay.attest.predicates import read_waiver
from assay.config.schema import Config
from assay.errors import AttestError, VerificationError
from assay.model.outcome import KeyClass
from assay.model.statement import Statement
from assay.model.subject import change_subject

GOOD = Statement(
    subjects=(change_subject("a" * 40, "b" * 40),),
    predicate_type="https://example.com/note/v1",
    predicate={"ok": False},
)


@pytest.fixture
def key() -> SoftwareKey:
    return generate_key(KeyClass.LOCAL)


@pytest.fixture
def trust(key: SoftwareKey) -> TrustStore:
    return TrustStore.of(Config(), {}, key.public_key)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"ok":false', b'"ok":false,"ok":true'),
        (b'"ok":false', b'"ok":false,"\\u006fk":true'),
        (b'"predicate":', b'"predicate":{},"predicate":'),
        (b'"subject":', b'"subject":[],"subject":'),
        (b'"predicateType":', b'"predicateType":"urn:assay:waiver:v1","predicateType":'),
        (b'"sha256":', b'"sha256":"x","sha256":'),
    ],
    ids=range(6),
)
def test_a_member_twice_in_the_statement(key: SoftwareKey, trust: TrustStore, old: bytes, new: bytes):
    payload = encode_statement(GOOD)
    assert payload.count(old) == 1
    data = sign(payload.replace(old, new), "application/vnd.in-toto+json", [key])
    with pytest.raises(VerificationError) as caught:
        verify_envelope(data, trust)
    assert caught.value.check == Check.DUPLICATE_MEMBER


@pytest.mark.parametrize("first", [True, False])
def test_a_payload_twice_in_the_envelope_gives_the_signed_one_or_none(key: SoftwareKey, trust: TrustStore, first: bool):
    signed = sign_statement(GOOD, [key])
    forged = b'"payload":"%b"' % b64encode(encode_statement(replace(GOOD, predicate={"ok": True})))
    data = b"{" + forged + b"," + signed[1:] if first else signed[:-1] + b"," + forged + b"}"
    if first:
        assert verify_envelope(data, trust).statement == GOOD
    else:
        with pytest.raises(VerificationError) as caught:
            verify_envelope(data, trust)
        assert caught.value.check == Check.SIGNATURE


@pytest.mark.parametrize("number", [b"1.0", b"10e-1", b"9007199254740993", b"-0.0"])
def test_a_number_that_readers_round_differently(key: SoftwareKey, trust: TrustStore, number: bytes):
    payload = b'{"_type":"https://in-toto.io/Statement/v1","predicate":{"score_ppm":%b},"predicateType":' % number
    payload += b'"urn:assay:risk:v1","subject":[{"digest":{"sha256":"%b"}}]}' % (b"a" * 64)
    with pytest.raises(VerificationError) as caught:
        verify_envelope(sign(payload, "application/vnd.in-toto+json", [key]), trust)
    assert caught.value.check == Check.NUMBER


def test_the_type_in_other_letters_is_another_type(key: SoftwareKey, trust: TrustStore):
    # RFC 8141 would call them equal; in-toto's TypeURI is case sensitive, and no reader of ours takes it.
    posed = replace(GOOD, predicate_type="urn:ASSAY:waiver:v1")
    found = verify_envelope(sign_statement(posed, [key]), trust)
    with pytest.raises(AttestError, match="expected a statement of type urn:assay:waiver:v1"):
        read_waiver(found.statement)
