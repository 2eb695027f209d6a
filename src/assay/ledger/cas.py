"""The content-addressed store: payloads under the sha256 of their stored bytes.

Trusted: nothing; what is read is hashed first. If lost: the payload. The log still proves that it was there, and
its digest.
"""

from hashlib import sha256

from assay.errors import LedgerCorruptError, LedgerError
from assay.ledger.entry import is_digest
from assay.ledger.files import Folder

# Payloads are held in memory whole. The largest there are, SBOMs of whole distributions, stay below half of this.
MAX_PAYLOAD_BYTES = 128 * 2**20


class Cas:
    """Payloads in `cas/sha256/ab/<hex>` of the state folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Store a payload durably and return its digest. Storing it again mends a damaged copy.

        Raises `LedgerError` for one that is too large, `StorageError` where it cannot be stored.
        """
        if len(data) > MAX_PAYLOAD_BYTES:
            raise LedgerError(f"a payload has at most {MAX_PAYLOAD_BYTES} bytes, this one has {len(data)}")
        digest = sha256(data).hexdigest()
        # Written again even where it is there: another process may have put it there without its folder being synced.
        self._folder.replace(_name(digest), data)
        return digest

    def get(self, digest: str) -> bytes:
        """Return a payload. Raises `LedgerError` where it is missing, `LedgerCorruptError` where it was altered."""
        data = self._folder.read(_name(digest), MAX_PAYLOAD_BYTES)
        if data is None:
            raise LedgerError(
                f"payload {digest} is missing from the content-addressed store",
                hint="it was erased, or the store was not copied along with the ledger",
            )
        if sha256(data).hexdigest() != digest:
            raise LedgerCorruptError(f"payload {digest} was altered: its bytes have another digest")
        return data


def _name(digest: str) -> str:
    """Return where a payload lies; only a digest can name one, so no name leaves the store."""
    if not is_digest(digest):
        raise LedgerError(f"a payload is named by 64 lower-case hex digits, not by {digest[:80]!r}")
    return f"cas/sha256/{digest[:2]}/{digest}"
