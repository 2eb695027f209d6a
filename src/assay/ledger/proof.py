"""Receipts as C2SP tlog-proof has them: a text that proves, without the log, that one entry is in it.

Trusted: the log's verifier key, which the reader holds from elsewhere. Not trusted: the text and the entry; what
`extra` says is not signed by anyone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.errors import VerificationError
from assay.ledger.checkpoint import parse_checkpoint, parse_decimal
from assay.ledger.note import MAX_NOTE_BYTES, VerifierKey, decode_base64, encode_base64, verify_note
from assay.ledger.tree import HASH_BYTES, leaf_hash, verify_inclusion
from assay.model.decision import CheckpointRef

_HEADER = "c2sp.org/tlog-proof@v1"

# A note, 63 hashes, and room for what an application may put into `extra`.
MAX_RECEIPT_BYTES = MAX_NOTE_BYTES + 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionReceipt:
    """A receipt taken apart; nothing in it has been verified."""

    index: int
    path: tuple[bytes, ...]
    """The audit path, from the leaf's sibling up."""
    note: str
    """The log's signed checkpoint."""
    extra: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Included:
    """What a verified receipt proves: the entry stands at `index` of the log with this checkpoint."""

    index: int
    checkpoint: CheckpointRef


def encode_receipt(index: int, path: Sequence[bytes], note: str, *, extra: bytes | None = None) -> str:
    """Return the text of a receipt."""
    head = [_HEADER] if extra is None else [_HEADER, f"extra {encode_base64(extra)}"]
    return "\n".join([*head, f"index {index}", *map(encode_base64, path), "", note])


def parse_receipt(text: str) -> InclusionReceipt:
    """Take a receipt apart. Raises `VerificationError`."""
    if len(text) > MAX_RECEIPT_BYTES:
        raise VerificationError(f"receipt: longer than {MAX_RECEIPT_BYTES} bytes")
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != _HEADER:
        raise VerificationError(f"receipt: it does not begin with {_HEADER}")
    extra = decode_base64(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise VerificationError("receipt: no index")
    index = parse_decimal(lines.pop(0).removeprefix("index "))
    path = tuple(map(decode_base64, lines))
    if any(len(node) != HASH_BYTES for node in path):
        raise VerificationError(f"receipt: a hash has {HASH_BYTES} bytes")
    return InclusionReceipt(index=index, path=path, note=note, extra=extra)


def verify_receipt(text: str, entry: bytes, key: VerifierKey) -> Included:
    """Check that `entry` is in the log of `key`, by the receipt alone. Raises `VerificationError`.

    The steps are those of tlog-proof, "Verifying a tlog proof"; no witness is asked for.
    """
    receipt = parse_receipt(text)
    checkpoint = parse_checkpoint(verify_note(receipt.note, key))
    if checkpoint.origin != key.name:
        raise VerificationError(f"receipt: a checkpoint of {checkpoint.origin}, expected one of {key.name}")
    root = bytes.fromhex(checkpoint.root)
    verify_inclusion(leaf_hash(entry), receipt.index, checkpoint.size, receipt.path, root)
    return Included(index=receipt.index, checkpoint=checkpoint)
