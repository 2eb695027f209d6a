"""Statements, their envelopes, the keys that sign them, and who is believed for what.

Statement ── encode ──▶ payload ── sign ──▶ envelope ── verify (trust) ──▶ SignedStatement ── refusal(gate)?
"""

from assay.attest.checks import Check
from assay.attest.keyring import TrustedKey
from assay.attest.keys import SigningKey, SoftwareKey
from assay.attest.statement import decode_statement, encode_statement
from assay.attest.trust import TrustStore
from assay.attest.verify import envelope_digest, sign_statement, verify_envelope

__all__ = [
    "Check",
    "SigningKey",
    "SoftwareKey",
    "TrustStore",
    "TrustedKey",
    "decode_statement",
    "encode_statement",
    "envelope_digest",
    "sign_statement",
    "verify_envelope",
]
