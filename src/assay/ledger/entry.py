"""Log entries: canonical JSON that holds digests only, so a log never has to forget anything.

What an entry points to lies in the content-addressed store and may be erased without touching a proof.
"""

import re
from dataclasses import dataclass

import msgspec

from assay.errors import LedgerError
from assay.ledger.tiles import MAX_ENTRY_BYTES
from assay.model.jcs import canonical

KIND = "assay.statement/1"

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEntry:
    """One statement as the log records it. Every digest is sha256 in 64 lower-case hex digits."""

    envelope: str
    """Of the envelope's stored bytes: its name in the content-addressed store."""
    pae: str
    """Of the bytes that were signed, DSSE's pre-authentication encoding."""
    predicate_type: str
    subjects: tuple[str, ...]
    """Digests of what the statement is about."""

    def __post_init__(self) -> None:
        if not all(is_digest(digest) for digest in (self.envelope, self.pae, *self.subjects)):
            raise LedgerError("a statement's entry names envelope, pae and subjects by sha256 in 64 hex digits")


def is_digest(text: str) -> bool:
    """Tell whether `text` is a sha256 digest in lower-case hex."""
    return _DIGEST.fullmatch(text) is not None


def encode_entry(entry: StatementEntry) -> bytes:
    """Return the bytes that are logged. Raises `LedgerError` where they would be too many."""
    members = {
        "kind": KIND,
        "envelope": entry.envelope,
        "pae": entry.pae,
        "predicate_type": entry.predicate_type,
        "subjects": entry.subjects,
    }
    data = canonical(members)
    if len(data) > MAX_ENTRY_BYTES:
        raise LedgerError(
            f"a statement about {len(entry.subjects)} subjects makes an entry of {len(data)} bytes, "
            f"at most {MAX_ENTRY_BYTES} fit",
            hint="make several statements, each about fewer subjects",
        )
    return data


def decode_entry(data: bytes) -> StatementEntry | None:
    """Read an entry; None for a kind this version does not know.

    Raises `LedgerError` where it claims to be a statement's entry and is not one in canonical form.
    """
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(value, dict) or value.get("kind") != KIND:
        return None
    try:
        entry = msgspec.convert(value, StatementEntry)
    except msgspec.ValidationError as error:
        raise LedgerError(f"an entry of kind {KIND} is malformed: {error}") from None
    if encode_entry(entry) != data:
        raise LedgerError(f"an entry of kind {KIND} is canonical JSON without further members")
    return entry
