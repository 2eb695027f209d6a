import pytest

from assay.model.approval import Revocation
from assay.model.statement import SignedStatement


@pytest.fixture
def revocation() -> Revocation:
    return Revocation(at="2026-01-02T03:04:05Z", envelope="a" * 64, pae="b" * 64, reason="by mistake")


@pytest.mark.parametrize(
    ("envelope", "pae", "revoked"),
    [("a", "b", True), ("c", "b", True), ("a", "c", True), ("c", "c", False), ("b", "a", False)],
)
def test_a_statement_is_revoked_in_whatever_envelope_it_comes(revocation, make_statement, envelope, pae, revoked):
    signed = SignedStatement(statement=make_statement(), signers=(), envelope=envelope * 64, pae=pae * 64)
    assert revocation.revokes(signed) is revoked
