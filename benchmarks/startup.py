"""Start-up: `assay --version` and `assay --help` as a ratio to bare `python -c pass`, in turn, in one run.

    python benchmarks/startup.py [--runs N]

DESIGN: `--version` costs at most 4 times bare Python.
"""

import argparse
import statistics
import subprocess
import sys
import time


def seconds(command: list[str]) -> float:
    """Return the wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print medians and the median of the paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=30)
    runs = parser.parse_args().runs
    bare = [sys.executable, "-c", "pass"]
    commands = {
        "assay --version": [sys.executable, "-m", "assay.cli", "--version"],
        "assay --help": [sys.executable, "-m", "assay.cli", "--help"],
    }
    for name, command in commands.items():
        pairs = [(seconds(command), seconds(bare)) for _ in range(runs + 2)][2:]
        ours, peer = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{name}: {ours:.0f} ms, python -c pass: {peer:.0f} ms, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
