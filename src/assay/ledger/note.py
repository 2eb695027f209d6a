"""Signed notes as C2SP signed-note has them, with Ed25519 signatures.

Trusted: the public key the caller was configured with. Not trusted: the note, whose text is not looked at until a
signature by that key has been verified. If lost: whoever holds the signing key can sign a second history, which
only someone who kept a checkpoint of the first can tell from it.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assay.errors import VerificationError

# signed-note, "Signature types".
_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_PUBLIC_KEY_BYTES = 32

# signed-note asks for room for 16 signatures of up to 5 kB each; 100 is what Go's x/mod/sumdb/note allows.
MAX_SIGNATURES = 100
MAX_NOTE_BYTES = 256 * 1024

_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_DASH = "\u2014 "


class NoteSigner(Protocol):
    """An Ed25519 key that can sign, wherever its secret half is kept."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public key (RFC 8032)."""
        ...

    def sign(self, text: bytes) -> bytes:
        """Return the 64 bytes of the signature over `text`."""
        ...


class Ed25519NoteSigner:
    """A `NoteSigner` over a private key in memory."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._public_key = key.public_key().public_bytes_raw()

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._public_key

    def sign(self, text: bytes) -> bytes:
        """Return the 64 bytes of the signature over `text`."""
        return self._key.sign(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """What is needed to verify a signer's notes: what the signer calls itself, and its public key."""

    name: str
    public_key: bytes
    """32 bytes."""

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise VerificationError(f"verifier key: {self.name!r} is no key name")
        if len(self.public_key) != _PUBLIC_KEY_BYTES:
            raise VerificationError(f"verifier key: an Ed25519 public key has 32 bytes, found {len(self.public_key)}")

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that, with the name, single out this key's signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:_KEY_ID_BYTES]

    def encode(self) -> str:
        """Return the one-line form, `name+id+key`, that other tlog tools read too."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(_ED25519 + self.public_key)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read the one-line form. Raises `VerificationError`."""
        name, _, rest = text.strip().partition("+")
        key_id, _, key = rest.partition("+")
        material = decode_base64(key)
        if material[:1] != _ED25519:
            raise VerificationError("verifier key: only Ed25519 (signature type 0x01) is supported")
        found = cls(name=name, public_key=material[1:])
        if found.key_id.hex() != key_id:
            raise VerificationError(f"verifier key: the id of this key is {found.key_id.hex()}, found {key_id!r}")
        return found


def sign_note(text: str, name: str, signer: NoteSigner) -> str:
    """Return `text`, which must end in a newline, as a note with one signature by `signer` under `name`."""
    key = VerifierKey(name=name, public_key=signer.public_key)
    return f"{text}\n{_DASH}{name} {encode_base64(key.key_id + signer.sign(text.encode()))}\n"


def verify_note(note: str, key: VerifierKey) -> str:
    """Return the text of a note that `key` has signed. Signatures by other keys are ignored, as the format asks.

    Raises `VerificationError` where the note is malformed, is not signed by the key, or a signature that claims
    to be by the key does not verify.
    """
    text, signatures = split_note(note)
    public_key = Ed25519PublicKey.from_public_bytes(key.public_key)
    mine = [
        signature[_KEY_ID_BYTES:]
        for name, signature in signatures
        if name == key.name and signature[:_KEY_ID_BYTES] == key.key_id
    ]
    if not mine:
        signers = ", ".join(f"{name}+{signature[:_KEY_ID_BYTES].hex()}" for name, signature in signatures[:3])
        raise VerificationError(
            f"note: no signature by {key.name}+{key.key_id.hex()}; it is signed by {signers}",
            hint="the note is of another log, or its key is not the one you trust",
        )
    for signature in mine:
        try:
            public_key.verify(signature, text.encode())
        except InvalidSignature:
            raise VerificationError(f"note: the signature by {key.name}+{key.key_id.hex()} is wrong") from None
    return text


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text, not verified, and each signature as its key name and bytes. Raises `VerificationError`."""
    if len(note) > MAX_NOTE_BYTES:
        raise VerificationError(f"note: longer than {MAX_NOTE_BYTES} bytes")
    if any(character < " " and character != "\n" for character in note):
        raise VerificationError("note: it holds a control character")
    text, blank, block = note.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise VerificationError("note: no text, blank line and signatures")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise VerificationError(f"note: more than {MAX_SIGNATURES} signatures")
    return text + "\n", [_signature(line) for line in lines]


def encode_base64(data: bytes) -> str:
    """Return the standard Base 64 encoding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Read standard Base 64, and only in its one canonical spelling. Raises `VerificationError`."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if encode_base64(data) != text:
        raise VerificationError("base64: not in its canonical form")
    return data


def _signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise VerificationError("note: a signature line is malformed")
    signature = decode_base64(encoded)
    if len(signature) <= _KEY_ID_BYTES:
        raise VerificationError("note: a signature is too short")
    return name, signature


def _is_name(name: str) -> bool:
    """Tell whether `name` is not empty and has no Unicode space, no control character and no plus."""
    return _NAME.fullmatch(name) is not None
