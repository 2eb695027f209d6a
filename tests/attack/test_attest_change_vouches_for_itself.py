"""A change brings keys, names and claims that would make its own evidence count."""

import json
from dataclasses import replace

import pytest

from assay.attest import Check, SoftwareKey, TrustStore, encode_statement, sign_statement, verify_envelope
from assay.attest.dsse import Envelope, Signature, encode_envelope, sign
from assay.attest.keys import generate_key, public_pem
from assay.config.schema import Config, PersonConfig
from assay.errors import ConfigError, VerificationError
from assay.model.outcome import GateKind, KeyClass
from assay.model.statement import Statement
from assay.model.subject import change_subject

NOTE = Statement(
    subjects=(change_subject("a" * 40, "b" * 40),), predicate_type="https://example.com/note/v1", predicate={}
)


@pytest.fixture
def ann() -> SoftwareKey:
    return generate_key(KeyClass.PERSON)


@pytest.fixture
def mallory() -> SoftwareKey:
    return generate_key(KeyClass.SERVER)


@pytest.fixture
def target(ann: SoftwareKey) -> TrustStore:
    config = Config(people={"ann": PersonConfig(name="Ann", keys=(ann.keyid,))})
    return TrustStore.of(config, {"assay/keys/ann.pub": public_pem(ann.public_key)})


def test_a_key_that_only_the_change_knows_is_unknown(mallory: SoftwareKey, target: TrustStore):
    with pytest.raises(VerificationError) as caught:
        verify_envelope(sign_statement(NOTE, [mallory]), target)
    assert caught.value.check == Check.UNKNOWN_KEY


def test_signing_under_anothers_key_id(ann: SoftwareKey, mallory: SoftwareKey, target: TrustStore):
    data = json.loads(sign_statement(NOTE, [mallory]))
    data["signatures"][0]["keyid"] = ann.keyid
    with pytest.raises(VerificationError) as caught:
        verify_envelope(json.dumps(data).encode(), target)
    assert caught.value.check == Check.SIGNATURE


def test_riding_along_with_a_believed_signature(ann: SoftwareKey, mallory: SoftwareKey, target: TrustStore):
    other = replace(NOTE, predicate={"other": 1})
    data = json.loads(sign_statement(other, [mallory]))
    data["signatures"] += json.loads(sign_statement(NOTE, [ann]))["signatures"]
    with pytest.raises(VerificationError):
        verify_envelope(json.dumps(data).encode(), target)


def test_a_signer_that_calls_itself_server_is_what_the_target_says(mallory: SoftwareKey):
    trust = TrustStore.of(Config(), {}, own=mallory.public_key)
    found = verify_envelope(sign_statement(NOTE, [mallory]), trust)
    assert mallory.key_class is KeyClass.SERVER
    assert found.signers[0].key_class is KeyClass.LOCAL
    assert trust.refusal(found, GateKind.MERGE) is not None


def test_a_person_whose_key_is_filed_as_a_machines(ann: SoftwareKey):
    config = Config(people={"ann": PersonConfig(name="Ann", keys=(ann.keyid,))})
    with pytest.raises(ConfigError):
        TrustStore.of(config, {"assay/keys/ann.server.pub": public_pem(ann.public_key)})


def test_a_signature_over_something_else_than_a_statement(ann: SoftwareKey, target: TrustStore):
    # The key also signs other things, whose bytes happen to be a statement.
    with pytest.raises(VerificationError) as caught:
        verify_envelope(sign(encode_statement(NOTE), "text/plain", [ann]), target)
    assert caught.value.check == Check.PAYLOAD_TYPE


def test_a_plain_signature_over_the_payload_is_none_over_the_envelope(ann: SoftwareKey, target: TrustStore):
    payload = encode_statement(NOTE)
    plain = Signature(keyid=ann.keyid, sig=ann.sign(payload))
    envelope = Envelope(payload=payload, payload_type="application/vnd.in-toto+json", signatures=(plain,))
    with pytest.raises(VerificationError) as caught:
        verify_envelope(encode_envelope(envelope), target)
    assert caught.value.check == Check.SIGNATURE
