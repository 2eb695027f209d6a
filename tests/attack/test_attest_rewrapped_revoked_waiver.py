"""A waiver was revoked. Anybody can wrap it in other envelope bytes, under a name that nobody revoked."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from assay.attest import SoftwareKey, TrustStore, sign_statement, verify_envelope
from assay.attest.keys import generate_key, public_pem
from assay.attest.predicates import waiver_predicate
from assay.config.schema import Config, PersonConfig
from assay.model.approval import Producer, Revocation, Waiver, WaiverScope
from assay.model.outcome import KeyClass
from assay.model.statement import WAIVER, Statement
from assay.model.subject import change_subject

# n of P-256 (SEC 2, section 2.4.2).
GROUP_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def spaced(envelope: dict[str, Any]) -> bytes:
    return json.dumps(envelope, indent=1).encode()


def with_another_member(envelope: dict[str, Any]) -> bytes:
    return json.dumps(envelope | {"comment": "new"}).encode()


def with_a_strangers_signature(envelope: dict[str, Any]) -> bytes:
    stranger = {"keyid": "0" * 64, "sig": base64.b64encode(b"x").decode()}
    return json.dumps(envelope | {"signatures": [stranger, *envelope["signatures"]]}).encode()


def without_its_hint(envelope: dict[str, Any]) -> bytes:
    return json.dumps(envelope | {"signatures": [{"sig": envelope["signatures"][0]["sig"]}]}).encode()


def with_a_member_twice(envelope: dict[str, Any]) -> bytes:
    return b'{"payload":"eA==",' + json.dumps(envelope).encode()[1:]


def with_the_other_s(envelope: dict[str, Any]) -> bytes:
    first = envelope["signatures"][0]
    r, s = decode_dss_signature(base64.b64decode(first["sig"]))
    twin = base64.b64encode(encode_dss_signature(r, GROUP_ORDER - s)).decode()
    return json.dumps(envelope | {"signatures": [first | {"sig": twin}]}).encode()


@pytest.fixture
def ann() -> SoftwareKey:
    return generate_key(KeyClass.PERSON)


@pytest.fixture
def trust(ann: SoftwareKey) -> TrustStore:
    config = Config(people={"ann": PersonConfig(name="Ann", keys=(ann.keyid,))})
    return TrustStore.of(config, {"assay/keys/ann.pub": public_pem(ann.public_key)})


@pytest.mark.parametrize(
    "rewrap",
    [
        spaced,
        with_another_member,
        with_a_strangers_signature,
        without_its_hint,
        with_a_member_twice,
        with_the_other_s,
    ],
)
def test_it_stays_revoked(ann: SoftwareKey, trust: TrustStore, rewrap: Callable[[dict[str, Any]], bytes]):
    at = "2026-01-02T03:04:05Z"
    scope = WaiverScope(fingerprints=("f" * 64,))
    waiver = Waiver(at=at, scope=scope, reason="r", ticket="t", requested_by="ann", until="2027-01-02T03:04:05Z")
    predicate = waiver_predicate(waiver, producer=Producer(name="assay", version="1", config_digest="c" * 64))
    subjects = (change_subject("a" * 40, "b" * 40),)
    data = sign_statement(Statement(subjects=subjects, predicate_type=WAIVER, predicate=predicate), [ann])
    original = verify_envelope(data, trust)
    revocation = Revocation(at=at, envelope=original.envelope, pae=original.pae, reason="by mistake")

    again = verify_envelope(rewrap(json.loads(data)), trust)

    assert again.statement == original.statement
    assert again.envelope != original.envelope
    assert revocation.revokes(again)
