"""The ledger's durable appends in batches, as a share of what hashing alone would allow, in one run.

    python benchmarks/ledger_append.py [--entries N] [--batch N] [--runs N] [--folder DIR]

DESIGN: at least 100,000 durable entries/s batched. An entry of 300 bytes costs one leaf hash and, spread over all,
one node hash; the peer is hashlib doing just these. Each batch is acknowledged under a signed checkpoint on the
device before the next is handed in, and the time includes putting everything into synced tiles.
"""

import argparse
import hashlib
import os
import statistics
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.ledger import Ed25519NoteSigner, Ledger

ENTRY_BYTES = 300


def hashes_per_s(entries: int) -> float:
    """Return how many entries' hashes hashlib computes in a second: one leaf and one node for each."""
    leaf, node = b"\0" + bytes(ENTRY_BYTES), b"\1" + bytes(64)
    start = time.perf_counter()
    for _ in range(entries):
        hashlib.sha256(leaf).digest()
        hashlib.sha256(node).digest()
    return entries / (time.perf_counter() - start)


def appends_per_s(folder: Path, entries: int, batch: int) -> float:
    """Return how many entries a second a new log takes, until it is closed."""
    signer = Ed25519NoteSigner(Ed25519PrivateKey.generate())
    batches = [[os.urandom(8) + bytes(ENTRY_BYTES - 8) for _ in range(batch)] for _ in range(entries // batch)]
    with tempfile.TemporaryDirectory(dir=folder) as state:
        ledger = Ledger.create(Path(state) / "state", signer)
        start = time.perf_counter()
        for one in batches:
            ledger.append(one)
        ledger.close()
        return len(batches) * batch / (time.perf_counter() - start)


def main() -> None:
    """Print the median of each and the median of the paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=400_000)
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(), help="on the device to measure; default: here")
    options = parser.parse_args()
    pairs = [
        (appends_per_s(options.folder, options.entries, options.batch), hashes_per_s(options.entries))
        for _ in range(options.runs)
    ]
    ours, peer = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"append, {options.batch} a batch: {ours:,.0f} durable entries/s, "
        f"hashlib alone: {peer:,.0f}/s, ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    main()
