"""Checkpoints as C2SP tlog-checkpoint has them: a signed note of a log's origin, size and root."""

import re
import secrets
from dataclasses import dataclass

from assay.errors import VerificationError
from assay.ledger.note import (
    MAX_NOTE_BYTES,
    NoteSigner,
    VerifierKey,
    decode_base64,
    encode_base64,
    sign_note,
    split_note,
    verify_note,
)
from assay.ledger.tree import HASH_BYTES
from assay.model.decision import CheckpointRef

# What the reader's arithmetic and a tile path of level 7 can hold (tlog-tiles allows levels up to 63).
MAX_SIZE = 2**63 - 1

ORIGIN_PREFIX = "assay/"

_ORIGIN = re.compile(r"assay/[0-9a-f]{32}", re.ASCII)
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint whose signature was verified, or just made, and the note it stands in."""

    ref: CheckpointRef
    note: str


def new_origin() -> str:
    """Return the name of a new log: 128 random bits, so no two logs ever share one."""
    return ORIGIN_PREFIX + secrets.token_hex(16)


def is_origin(text: str) -> bool:
    """Tell whether `text` is an origin that `new_origin` can have made; it is a safe file name then."""
    return _ORIGIN.fullmatch(text) is not None


def sign_checkpoint(ref: CheckpointRef, signer: NoteSigner) -> SignedCheckpoint:
    """Sign a checkpoint under its origin."""
    return SignedCheckpoint(ref=ref, note=sign_note(encode_checkpoint(ref), ref.origin, signer))


def open_checkpoint(note: str, public_key: bytes) -> SignedCheckpoint:
    """Verify a checkpoint by the log's public key, whatever its origin. Raises `VerificationError`.

    The origin is the name the log signs under, so the signature vouches for it too.
    """
    unverified, _ = split_note(note)
    origin = unverified.partition("\n")[0]
    return SignedCheckpoint(
        ref=parse_checkpoint(verify_note(note, VerifierKey(name=origin, public_key=public_key))), note=note
    )


def encode_checkpoint(ref: CheckpointRef) -> str:
    """Return the text that is signed."""
    return f"{ref.origin}\n{ref.size}\n{encode_base64(bytes.fromhex(ref.root))}\n"


def parse_checkpoint(text: str) -> CheckpointRef:
    """Read the text of a checkpoint; extension lines are allowed and ignored. Raises `VerificationError`."""
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < 3 or not all(lines):
        raise VerificationError("checkpoint: not the lines origin, size and root")
    origin, size, root = lines[:3]
    digest = decode_base64(root)
    if len(digest) != HASH_BYTES:
        raise VerificationError(f"checkpoint: a root has {HASH_BYTES} bytes, found {len(digest)}")
    return CheckpointRef(origin=origin, size=parse_decimal(size), root=digest.hex())


def parse_decimal(text: str) -> int:
    """Read a size or an index: ASCII decimal, no leading zero, below 2**63. Raises `VerificationError`."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise VerificationError(f"checkpoint: {text[:24]!r} is no size")
    return int(text)


def decode_note(data: bytes) -> str:
    """Return the bytes of a note as text. Raises `VerificationError`."""
    if len(data) > MAX_NOTE_BYTES:
        raise VerificationError(f"note: longer than {MAX_NOTE_BYTES} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise VerificationError("note: not UTF-8") from None
