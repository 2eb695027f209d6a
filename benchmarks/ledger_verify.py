"""Full verification and proofs, as a share of what hashing alone would allow, in one run and on one core.

    python benchmarks/ledger_verify.py [--entries N] [--runs N] [--folder DIR]

DESIGN: at least 700,000 entries/s re-hashed a core. Verifying reads every file of the log, hashes every entry of
300 bytes and every node again, and compares all tiles; the peer is hashlib computing the same hashes and nothing else.
"""

import argparse
import hashlib
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.ledger import Ed25519NoteSigner, Ledger, LedgerReader, verify_receipt

ENTRY_BYTES = 300
PROOFS = 2_000


def seconds(action: Callable[[], object]) -> float:
    """Return the processor time of one call, in which waiting for others does not count."""
    start = time.process_time()
    action()
    return time.process_time() - start


def hash_all(entries: int) -> None:
    """Compute one leaf and one node hash for each entry."""
    leaf, node = b"\0" + bytes(ENTRY_BYTES), b"\1" + bytes(64)
    for _ in range(entries):
        hashlib.sha256(leaf).digest()
        hashlib.sha256(node).digest()


def main() -> None:
    """Print the median of each and the median of the paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path(), help="on the device to measure; default: here")
    options = parser.parse_args()
    signer = Ed25519NoteSigner(Ed25519PrivateKey.generate())
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        state = Path(folder) / "state"
        with Ledger.create(state, signer) as ledger:
            for _ in range(options.entries // 5_000):
                ledger.append([os.urandom(8) + bytes(ENTRY_BYTES - 8) for _ in range(5_000)])
        reader = LedgerReader(state, signer.public_key)
        pairs = [(seconds(reader.verify), seconds(lambda: hash_all(reader.size))) for _ in range(options.runs)]
        ours, peer = (reader.size / statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        print(f"verify: {ours:,.0f} entries/s a core, hashlib alone: {peer:,.0f}/s, ratio {ratio:.2f}")
        proofs(reader)


def proofs(reader: LedgerReader) -> None:
    """Print what proofs cost, of entries anywhere in the log and of its newest 10,000."""
    anywhere, old = random.Random(1), range(1, reader.size, max(1, reader.size // PROOFS))
    for name, first in (("anywhere", 0), ("among the newest", max(0, reader.size - 10_000))):
        indices = [anywhere.randrange(first, reader.size) for _ in range(PROOFS)]
        cost = seconds(lambda indices=indices: [reader.inclusion_proof(index) for index in indices]) / PROOFS
        print(f"inclusion proof of an entry {name}: {cost * 1e6:.0f} us")
    cost = seconds(lambda: [reader.consistency_proof(size) for size in old]) / len(old)
    print(f"consistency proof from any size: {cost * 1e6:.0f} us")
    entry, receipt, key = reader.entry(7), reader.prove(7), reader.key
    cost = seconds(lambda: [verify_receipt(receipt, entry, key) for _ in range(200)]) / 200
    print(f"verifying a receipt, signature included: {cost * 1e6:.0f} us")


if __name__ == "__main__":
    main()
