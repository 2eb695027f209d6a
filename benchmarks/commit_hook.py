"""The commit hook: `assay check --staged` on a 20-file change, warm, as a whole process, beside a peer in the same run.

    python benchmarks/commit_hook.py [--runs N] [--files N]

The peer is `detect-secrets-hook` (requirements/bench.txt) on the same files, where it is installed; bare Python is
always measured. DESIGN: at most 150 ms on a quiet machine with 2 cores, every rule on.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONTENT = Path(os.__file__).with_name("argparse.py").read_text(encoding="utf-8")[:8000]


def repository(folder: Path, files: int) -> list[str]:
    """Make a repository with `files` staged changes; return their paths."""
    names = [f"module_{number}.py" for number in range(files)]
    run(folder, "git", "init", "-q", "-b", "main")
    for name in names:
        (folder / name).write_text(CONTENT)
    run(folder, "git", "add", "--all")
    run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "feat: files")
    for number, name in enumerate(names):
        (folder / name).write_text(f"{CONTENT}\nlast = {number}\n")
    run(folder, "git", "add", "--all")
    return names


def run(folder: Path, *command: str) -> None:
    """Run one command quietly."""
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def seconds(folder: Path, command: list[str]) -> float:
    """Return the wall time of one run."""
    start = time.perf_counter()
    run(folder, *command)
    return time.perf_counter() - start


def main() -> None:
    """Print minimum and median of each, and the median of the paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--files", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        names = repository(folder, options.files)
        ours = [sys.executable, "-m", "assay.cli", "check", "--staged", "--hook"]
        peers = {"python -c pass": [sys.executable, "-c", "pass"]}
        if hook := shutil.which("detect-secrets-hook", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}"):
            peers["detect-secrets-hook"] = [hook, *names]
        seconds(folder, ours)  # The first run compiles the patterns, as `assay init` does.
        for peer, command in peers.items():
            pairs = [(seconds(folder, ours), seconds(folder, command)) for _ in range(options.runs)]
            ratio = statistics.median(a / b for a, b in pairs)
            for name, times in zip(("assay check --staged", peer), zip(*pairs, strict=True), strict=True):
                print(f"{name}: {min(times) * 1000:.0f} ms at best, {statistics.median(times) * 1000:.0f} ms median")
            print(f"ratio to {peer}: {ratio:.2f}")


if __name__ == "__main__":
    main()
