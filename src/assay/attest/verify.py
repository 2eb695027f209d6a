"""From bytes to a statement that somebody is known to have signed, and back.

Trusted: the trust store, which comes from the target commit. Not trusted: the envelope. If lost: evidence nobody gave
counts. The order is DSSE's (protocol.md, "To verify"): take the envelope apart, verify, look at the payload's type,
parse. Whether a signer counts for what it says is another question: `TrustStore.refusal`.
"""

import hashlib
import re
from collections.abc import Sequence

from assay.attest.checks import Check
from assay.attest.dsse import decode_envelope, sign, verify
from assay.attest.keys import SigningKey
from assay.attest.statement import decode_statement, encode_statement
from assay.attest.trust import TrustStore
from assay.errors import VerificationError
from assay.model.statement import SignedStatement, Statement

PAYLOAD_TYPE = "application/vnd.in-toto+json"
# in-toto/attestation, spec/v1/envelope.md: the predicate's name may stand in the type; it is not to be relied on.
_PAYLOAD_TYPES = re.compile(r"application/vnd\.in-toto(?:\.[a-z0-9][a-z0-9._-]*)?\+json")


def sign_statement(statement: Statement, keys: Sequence[SigningKey]) -> bytes:
    """Return the envelope of a statement, signed by each key; the bytes are to be stored as they are.

    Raises `AttestError` for a statement that cannot be encoded (see `encode_statement`), no key, or a key twice.
    """
    return sign(encode_statement(statement), PAYLOAD_TYPE, keys)


def verify_envelope(data: bytes, trust: TrustStore) -> SignedStatement:
    """Return the statement in `data` and its believed signers; raises `VerificationError`, which names the check."""
    envelope = decode_envelope(data)
    verified = verify(envelope, {keyid: key.public_key for keyid, key in trust.keys.items()})
    if not _PAYLOAD_TYPES.fullmatch(envelope.payload_type):
        raise VerificationError(f"expected a payload of type {PAYLOAD_TYPE}", check=Check.PAYLOAD_TYPE)
    return SignedStatement(
        statement=decode_statement(envelope.payload),
        signers=tuple(trust.signer(keyid) for keyid in verified.keyids),
        envelope=envelope_digest(data),
        pae=verified.pae_sha256,
    )


def envelope_digest(data: bytes) -> str:
    """Return the name of a statement: sha256 of its envelope's stored bytes, 64 hex digits."""
    return hashlib.sha256(data).hexdigest()
