"""One signer poses as several."""

import base64
import json

import pytest

from assay.attest import SoftwareKey, TrustStore, sign_statement, verify_envelope
from assay.attest.keys import generate_key, public_pem
from assay.config.schema import Config, PersonConfig, TrustConfig
from assay.model.outcome import GateKind, KeyClass
from assay.model.statement import FINDINGS, WAIVER, SignedStatement, Statement
from assay.model.subject import change_subject


def statement() -> Statement:
    subjects = (change_subject("a" * 40, "b" * 40),)
    return Statement(subjects=subjects, predicate_type="https://example.com/note/v1", predicate={})


def read_as(predicate_type: str, signed: SignedStatement) -> SignedStatement:
    """The same signers, on a statement of another type."""
    subjects = signed.statement.subjects
    posed = Statement(subjects=subjects, predicate_type=predicate_type, predicate={})
    return SignedStatement(statement=posed, signers=signed.signers, envelope=signed.envelope, pae=signed.pae)


@pytest.fixture
def robot() -> SoftwareKey:
    return generate_key(KeyClass.CI)


def test_the_same_signature_under_many_hints(robot: SoftwareKey):
    config = Config(trust={"findings": TrustConfig(quorum=2)})
    trust = TrustStore.of(config, {"assay/keys/robot.ci.pub": public_pem(robot.public_key)})
    data = json.loads(sign_statement(statement(), [robot]))
    data["signatures"] = [{"keyid": f"hint{n}", "sig": data["signatures"][0]["sig"]} for n in range(5)]
    found = read_as(FINDINGS, verify_envelope(json.dumps(data).encode(), trust))
    assert len(found.signers) == 1
    assert trust.refusal(found, GateKind.MERGE) is not None


def test_many_signatures_by_one_key(robot: SoftwareKey):
    # ECDSA gives another signature each time.
    config = Config(trust={"findings": TrustConfig(quorum=2)})
    trust = TrustStore.of(config, {"assay/keys/robot.ci.pub": public_pem(robot.public_key)})
    first, second = (json.loads(sign_statement(statement(), [robot])) for _ in range(2))
    second["signatures"][0]["keyid"] = ""
    assert base64.b64decode(first["signatures"][0]["sig"]) != base64.b64decode(second["signatures"][0]["sig"])
    first["signatures"] += second["signatures"]
    found = read_as(FINDINGS, verify_envelope(json.dumps(first).encode(), trust))
    assert trust.refusal(found, GateKind.MERGE) == "findings must be signed by 2 distinct signers, found 1"


def test_one_person_with_two_keys():
    first, second = generate_key(KeyClass.PERSON), generate_key(KeyClass.PERSON)
    config = Config(
        people={"ann": PersonConfig(name="Ann", keys=(first.keyid, second.keyid))},
        trust={"waiver": TrustConfig(quorum=2)},
    )
    files = {f"assay/keys/{n}.pub": public_pem(key.public_key) for n, key in enumerate((first, second))}
    trust = TrustStore.of(config, files)
    found = read_as(WAIVER, verify_envelope(sign_statement(statement(), [first, second]), trust))
    assert len(found.signers) == 2
    assert trust.refusal(found, GateKind.MERGE) == "waiver must be signed by 2 distinct signers, found 1"
