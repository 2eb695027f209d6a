"""The envelope: DSSE v1.0.2 (secure-systems-lab/dsse, protocol.md and envelope.md), signed and verified on raw bytes.

Trusted: the public keys the caller passes. Not trusted: every byte of an envelope, its `keyid` hints included.
If lost: a statement could be read that nobody signed. So the payload is decoded once, the signature is checked over
those very bytes, and only they are ever parsed afterwards; nothing is encoded again to be checked.
"""

import binascii
import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from assay.attest.checks import Check
from assay.attest.keys import SigningKey, verifies, verifies_raw
from assay.errors import VerificationError
from assay.model.jcs import canonical

# SBOMs are refused elsewhere at 16 MB, and people hit it (actions/attest#262). This is twice that; verifying it takes
# four copies at most: the envelope, its base64, the payload, and the payload with its prefix.
MAX_PAYLOAD_BYTES = 32 * 1024 * 1024
# Base64 adds a third; the rest is for the signatures and for members of later versions.
MAX_ENVELOPE_BYTES = MAX_PAYLOAD_BYTES // 3 * 4 + 256 * 1024
# A quorum of people and machines, with room. Each signature without a usable hint costs one try per believed key.
MAX_SIGNATURES = 32

_TO_STANDARD = str.maketrans("-_", "+/")
_REASONS = {
    Check.UNKNOWN_KEY: "by no key that is believed",
    Check.SIGNATURE_ENCODING: "ECDSA as raw r||s, expected DER",
    Check.SIGNATURE: "does not fit the payload and its type",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature; `keyid` is a hint and proves nothing."""

    sig: bytes
    keyid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An envelope taken apart, nothing verified."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A signature that does not count, and why."""

    keyid: str
    """The hint it came with."""
    check: Check
    """`unknown-key`, `signature-encoding` or `signature`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Who signed an envelope."""

    keyids: tuple[str, ...]
    """Of the keys that verified a signature: distinct, in the order of the signatures."""
    rejected: tuple[Rejected, ...]
    pae_sha256: str
    """Digest of the bytes that were signed: the same statement has it in any envelope."""


class _WireSignature(msgspec.Struct):
    sig: str
    keyid: str | None = None


class _WireEnvelope(msgspec.Struct):
    # Members unknown to this version are skipped without being built (envelope.md: consumers MUST ignore them).
    payload: str
    signatures: list[_WireSignature]
    payload_type: str = msgspec.field(name="payloadType")


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the Pre-Authentication Encoding: the bytes that are signed (protocol.md, Signature Definition)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, payload_type: str, keys: Sequence[SigningKey]) -> bytes:
    """Return an envelope around `payload` with one signature per key, as canonical JSON.

    Raises `VerificationError` where it could not be read again: no key, a key twice, an empty or oversized payload.
    """
    data = pae(payload_type, payload)
    signatures = tuple(Signature(keyid=key.keyid, sig=key.sign(data)) for key in keys)
    envelope = encode_envelope(Envelope(payload=payload, payload_type=payload_type, signatures=signatures))
    decode_envelope(envelope)
    return envelope


def encode_envelope(envelope: Envelope) -> bytes:
    """Return the JSON envelope, canonical, in standard base64."""
    signatures = [{"keyid": item.keyid, "sig": b64encode(item.sig).decode()} for item in envelope.signatures]
    payload = b64encode(envelope.payload).decode()
    return canonical({"payload": payload, "payloadType": envelope.payload_type, "signatures": signatures})


def decode_envelope(data: bytes) -> Envelope:
    """Take a JSON envelope apart, verifying nothing. Raises `VerificationError` where it breaks a rule or a limit.

    Where a member stands twice, the last one counts. That is harmless here: the value that is verified is the value
    that is used, and no more than one of them carries the signature.
    """
    if len(data) > MAX_ENVELOPE_BYTES:
        _refuse(Check.ENVELOPE_SIZE, f"an envelope holds at most {MAX_ENVELOPE_BYTES} bytes, found {len(data)}")
    try:
        wire = msgspec.json.decode(data, type=_WireEnvelope)
    except (msgspec.DecodeError, RecursionError) as error:
        # msgspec names the place and the types, never a value.
        _refuse(Check.ENVELOPE_JSON, f"expected a DSSE envelope in JSON: {error}")
    _check_signature_list(wire.signatures)
    payload = _base64(wire.payload, "payload")
    if not payload:
        _refuse(Check.EMPTY_PAYLOAD, "the payload is empty")
    if len(payload) > MAX_PAYLOAD_BYTES:
        _refuse(Check.PAYLOAD_SIZE, f"a payload holds at most {MAX_PAYLOAD_BYTES} bytes, found {len(payload)}")
    signatures = tuple(Signature(keyid=item.keyid or "", sig=_base64(item.sig, "sig")) for item in wire.signatures)
    return Envelope(payload=payload, payload_type=wire.payload_type, signatures=signatures)


def verify(envelope: Envelope, keys: Mapping[str, EllipticCurvePublicKey], *, quorum: int = 1) -> Verified:
    """Return who signed, if at least `quorum` distinct keys did (protocol.md, Multi-signature Verification).

    `keys` maps key ids to keys. A hint that names one of them narrows the choice to it; any other hint is foreign
    (cosign writes base64, some write nothing), so every key is tried.
    """
    data = pae(envelope.payload_type, envelope.payload)
    digest = hashlib.sha256(data).digest()
    accepted: dict[str, None] = {}
    rejected = []
    for signature in envelope.signatures:
        hinted = keys.get(signature.keyid)
        candidates = keys if hinted is None else {signature.keyid: hinted}
        keyid = next((name for name, key in candidates.items() if verifies(key, digest, signature.sig)), None)
        if keyid is None:
            rejected.append(Rejected(keyid=signature.keyid, check=_fault(signature, candidates, digest)))
        else:
            accepted[keyid] = None
    if not accepted:
        _refuse_all(rejected)
    if len(accepted) < quorum:
        _refuse(Check.QUORUM, f"expected signatures by {quorum} distinct keys, found {len(accepted)}")
    return Verified(keyids=tuple(accepted), rejected=tuple(rejected), pae_sha256=digest.hex())


def _fault(signature: Signature, candidates: Mapping[str, EllipticCurvePublicKey], digest: bytes) -> Check:
    if any(verifies_raw(key, digest, signature.sig) for key in candidates.values()):
        return Check.SIGNATURE_ENCODING
    return Check.SIGNATURE if signature.keyid in candidates else Check.UNKNOWN_KEY


def _refuse_all(rejected: Sequence[Rejected]) -> NoReturn:
    """Raise for an envelope none of whose signatures counts, naming the most telling check first."""
    telling = sorted(rejected, key=lambda item: item.check is Check.UNKNOWN_KEY)
    reasons = "; ".join(f"{_hint_text(item.keyid)}: {_REASONS[item.check]}" for item in telling)
    hint = "A signer's public key must stand under assay/keys/ in the target commit."
    raise VerificationError(f"no signature is valid: {reasons}", check=telling[0].check, hint=hint)


def _hint_text(keyid: str) -> str:
    # A hint is anybody's text: shown only as far as it can be told from another, and only if it is harmless to print.
    return f"key {keyid[:16]}" if keyid.isascii() and keyid.isprintable() and keyid else "a signature without a key id"


def _check_signature_list(signatures: Sequence[_WireSignature]) -> None:
    if not 0 < len(signatures) <= MAX_SIGNATURES:
        _refuse(Check.SIGNATURE_COUNT, f"expected 1 to {MAX_SIGNATURES} signatures, found {len(signatures)}")
    hints = [item.keyid for item in signatures if item.keyid]
    if len(set(hints)) < len(hints):
        _refuse(Check.DUPLICATE_KEYID, "a key id stands at two signatures")


def _base64(text: str, member: str) -> bytes:
    """Decode standard or URL-safe base64, padded (RFC 4648 sections 4 and 5), but not both alphabets in one text."""
    standard = text if "+" in text or "/" in text else text.translate(_TO_STANDARD)
    try:
        return binascii.a2b_base64(standard, strict_mode=True)
    except ValueError as error:
        _refuse(Check.BASE64, f"`{member}` is neither standard nor URL-safe base64: {error}")


def _refuse(check: Check, message: str) -> NoReturn:
    raise VerificationError(message, check=check)
