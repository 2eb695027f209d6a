"""Commits of one entry each by many threads, as a ratio to the device's own fdatasync rate, in turn, in one run.

    python benchmarks/ledger_commit.py [--threads N] [--commits N] [--runs N] [--folder DIR]

DESIGN: at 64 threads at least 1.5 times. The peer appends the bytes of one such commit to a file and calls
fdatasync, over and over, in one thread: what a log without group commit could reach at best.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.ledger import Ed25519NoteSigner, Ledger

ENTRY = bytes(300)
# A frame of the write-ahead log with one such entry and a checkpoint.
FRAME = bytes(600)


def syncs_per_s(folder: Path, seconds: float) -> float:
    """Return how many appends, each synced, the device takes in a second."""
    sync = getattr(os, "fdatasync", os.fsync)
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        count, start = 0, time.perf_counter()
        while (passed := time.perf_counter() - start) < seconds:
            file.write(FRAME)
            sync(file.fileno())
            count += 1
        return count / passed


def commits_per_s(folder: Path, threads: int, commits: int) -> float:
    """Return how many appends of one entry a second the threads get acknowledged, all together."""
    signer = Ed25519NoteSigner(Ed25519PrivateKey.generate())
    with tempfile.TemporaryDirectory(dir=folder) as state, Ledger.create(Path(state) / "state", signer) as ledger:

        def work() -> None:
            for _ in range(commits // threads):
                ledger.append([ENTRY])

        running = [threading.Thread(target=work) for _ in range(threads)]
        start = time.perf_counter()
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        return ledger.size / (time.perf_counter() - start)


def main() -> None:
    """Print the median of each and the median of the paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--commits", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path(), help="on the device to measure; default: here")
    options = parser.parse_args()
    pairs = [
        (commits_per_s(options.folder, options.threads, options.commits), syncs_per_s(options.folder, 0.5))
        for _ in range(options.runs)
    ]
    ours, peer = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"commit, one entry each, {options.threads} threads: {ours:,.0f} commits/s, "
        f"fdatasync: {peer:,.0f}/s, ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    main()
