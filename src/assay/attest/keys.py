"""Keys in memory: ECDSA P-256 with SHA-256, the one algorithm of our statements.

Trusted: `cryptography`, and this process's memory. Not trusted: public keys as text, which are parsed with a limit and
must be on the curve. If lost: with a private key, whoever holds it speaks for its owner until the key leaves the target
commit. A private key is never part of a repr, a message or an exception; Python cannot wipe it from memory.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurve,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
    load_pem_public_key,
)

from assay.errors import KeyFileError
from assay.model.outcome import KeyClass

# A P-256 key in PEM takes 180 to 320 bytes, an encrypted one 700; with comments before it, still far less.
MAX_KEY_BYTES = 16 * 1024
# r and s of P-256, 32 bytes each.
_RAW_SIGNATURE_BYTES = 64


class SigningKey(Protocol):
    """What can sign statements: a key in memory, or one that lives elsewhere."""

    @property
    def keyid(self) -> str:
        """64 hex digits: sha256 of the public key's SubjectPublicKeyInfo in DER."""

    @property
    def key_class(self) -> KeyClass:
        """Whose key it is. Those who verify do not take it from here: their own trust says it."""

    def sign(self, data: bytes) -> bytes:
        """Return the ECDSA signature in DER over SHA-256 of `data`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareKey:
    """A P-256 private key in memory."""

    private: EllipticCurvePrivateKey = field(repr=False)
    key_class: KeyClass

    def __post_init__(self) -> None:
        _check_curve(self.private.curve)

    @property
    def public_key(self) -> EllipticCurvePublicKey:
        """The public half."""
        return self.private.public_key()

    @property
    def keyid(self) -> str:
        """See `SigningKey`."""
        return keyid_of(self.public_key)

    def sign(self, data: bytes) -> bytes:
        """See `SigningKey`."""
        return self.private.sign(data, ECDSA(SHA256()))


def generate_key(key_class: KeyClass) -> SoftwareKey:
    """Return a new key from the operating system's randomness."""
    return SoftwareKey(private=generate_private_key(SECP256R1()), key_class=key_class)


def keyid_of(public_key: EllipticCurvePublicKey) -> str:
    """Return the name of a key: sha256 of its SubjectPublicKeyInfo in DER, 64 hex digits."""
    return hashlib.sha256(public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def public_pem(public_key: EllipticCurvePublicKey) -> bytes:
    """Return a public key as a `.pub` file holds it: SubjectPublicKeyInfo in PEM (RFC 7468 section 13)."""
    return public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def parse_public_pem(data: bytes) -> EllipticCurvePublicKey:
    """Read a `.pub` file. Raises `KeyFileError` for anything but one P-256 public key in PEM."""
    if len(data) > MAX_KEY_BYTES:
        raise KeyFileError(f"a public key holds at most {MAX_KEY_BYTES} bytes, found {len(data)}")
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyFileError("expected a public key in PEM (`BEGIN PUBLIC KEY`)") from None
    if not isinstance(key, EllipticCurvePublicKey):
        raise KeyFileError("expected an ECDSA P-256 public key, found another algorithm")
    _check_curve(key.curve)
    return key


def private_pem(key: SoftwareKey) -> bytes:
    """Return a private key unencrypted, as PKCS #8 in PEM: for a file of mode 0600 and nothing else."""
    return key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def private_der(key: SoftwareKey) -> bytes:
    """Return a private key unencrypted, as PKCS #8 in DER: what an encrypted key file seals."""
    return key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def parse_private_key(data: bytes, key_class: KeyClass) -> SoftwareKey:
    """Read an unencrypted P-256 private key, in PEM or DER. Raises `KeyFileError`, which never quotes `data`."""
    if len(data) > MAX_KEY_BYTES:
        raise KeyFileError(f"a private key holds at most {MAX_KEY_BYTES} bytes, found {len(data)}")
    load = load_pem_private_key if b"-----BEGIN" in data else load_der_private_key
    try:
        key = load(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFileError("expected an unencrypted private key in PKCS #8 (`BEGIN PRIVATE KEY`)") from None
    if not isinstance(key, EllipticCurvePrivateKey):
        raise KeyFileError("expected an ECDSA P-256 private key, found another algorithm")
    return SoftwareKey(private=key, key_class=key_class)


def verifies(public_key: EllipticCurvePublicKey, digest: bytes, signature: bytes) -> bool:
    """Whether `signature`, in DER, is by this key over data whose SHA-256 is `digest`.

    Both `s` and `n - s` are valid, as in FIPS 186-5: half of all signatures by other tools have the larger one.
    """
    try:
        public_key.verify(signature, digest, ECDSA(Prehashed(SHA256())))
    except InvalidSignature:
        return False
    return True


def verifies_raw(public_key: EllipticCurvePublicKey, digest: bytes, signature: bytes) -> bool:
    """Whether `signature` would verify if raw r||s (IEEE P1363) were allowed: only to say so in a message."""
    if len(signature) != _RAW_SIGNATURE_BYTES:
        return False
    half = _RAW_SIGNATURE_BYTES // 2
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    return verifies(public_key, digest, encode_dss_signature(r, s))


def _check_curve(curve: EllipticCurve) -> None:
    if not isinstance(curve, SECP256R1):
        raise KeyFileError(f"expected an ECDSA key on P-256, found one on {curve.name}")
