"""The ledger: a tamper-evident log of statements in the formats of C2SP, and the store of what they say.

The tree is RFC 6962's, the files are tlog-tiles, checkpoints are signed notes, receipts are tlog-proof; any tool
that reads those reads this log. `docs/ledger.md` says what is guaranteed and how to check it without Assay.
"""

from assay.ledger.cas import Cas
from assay.ledger.commit import Appended
from assay.ledger.entry import StatementEntry, decode_entry
from assay.ledger.index import Index
from assay.ledger.log import Ledger, NewStatement, Receipt
from assay.ledger.note import Ed25519NoteSigner, NoteSigner, VerifierKey
from assay.ledger.proof import Included, verify_receipt
from assay.ledger.reader import LedgerReader
from assay.ledger.verify import Verified

__all__ = [
    "Appended",
    "Cas",
    "Ed25519NoteSigner",
    "Included",
    "Index",
    "Ledger",
    "LedgerReader",
    "NewStatement",
    "NoteSigner",
    "Receipt",
    "StatementEntry",
    "Verified",
    "VerifierKey",
    "decode_entry",
    "verify_receipt",
]
