"""Whole-tree check: files a second, and the memory of the largest process and of all of them together.

    python benchmarks/whole_tree.py [TREE] [--files N] [--runs N]

TREE is the work tree of a repository; without it, one of N files (100,000) is made: source, settings, workflows, some
binary files, one file that is read in windows, and a few secrets. DESIGN: at 100,000 files the largest process has at
most 150 MB and all together 250 MB. The largest is the kernel's own high-water mark of the resident set. All together
is the highest sum seen of the proportional set sizes, in which a page that processes share counts once; the sum of the
resident sets, in which it counts for each, is printed beside it. The peer is `git grep` for one pattern in the same
tree. Linux only; exits 1 where a bar is missed.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LARGEST_MB = 150
TOGETHER_MB = 250

SAMPLE_S = 0.02
FILES_A_FOLDER = 100
# Larger than what is read whole, so that a worker holds windows of it.
LARGE_BYTES = 40 << 20

WORKFLOW = """\
name: ci {number}
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{{{ github.event.pull_request.title }}}}"
"""


@dataclass(slots=True)
class Peak:
    """The most memory seen so far, in KiB."""

    largest: int = 0
    proportional: int = 0
    resident: int = 0

    def sample(self, root: int) -> None:
        """Look at `root` and everything that it started."""
        seen = [memory for memory in map(memory_of, descendants(root)) if memory]
        self.largest = max([self.largest, *(memory["VmHWM"] for memory in seen)])
        self.proportional = max(self.proportional, sum(memory["Pss"] for memory in seen))
        self.resident = max(self.resident, sum(memory["Rss"] for memory in seen))


@dataclass(slots=True, kw_only=True)
class Run:
    """What one run of a command took."""

    wall_s: float
    cpu_s: float
    peak: Peak = field(default_factory=Peak)


def descendants(root: int) -> list[int]:
    """Return `root` and the processes below it."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = Path(folder, "stat").read_text("latin-1")
        except OSError:
            continue
        # The name of a program, in parentheses, may hold anything.
        children[int(stat.rpartition(")")[2].split()[1])].append(int(folder.name))
    found = [root]
    for process in found:
        found += children[process]
    return found


def memory_of(process: int) -> dict[str, int]:
    """Return `VmHWM`, `Rss` and `Pss` of a process in KiB; nothing where it has ended."""
    try:
        lines = [
            line.split()
            for name in ("status", "smaps_rollup")
            for line in Path("/proc", str(process), name).read_text("latin-1").splitlines()
        ]
    except OSError:
        return {}
    found = {words[0].rstrip(":"): int(words[1]) for words in lines if words[0] in {"VmHWM:", "Rss:", "Pss:"}}
    return found if len(found) == len(("VmHWM", "Rss", "Pss")) else {}


def measured(command: list[str], *, cwd: Path, allowed: tuple[int, ...]) -> Run:
    """Run `command`, whose output is thrown away, and watch its memory."""
    peak = Peak()
    before, start = os.times(), time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak.sample(process.pid)
            time.sleep(SAMPLE_S)
    wall_s, after = time.perf_counter() - start, os.times()
    if process.returncode not in allowed:
        raise SystemExit(f"{command[0]} ended with status {process.returncode}")
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall_s=wall_s, cpu_s=cpu_s, peak=peak)


def make_tree(root: Path, files: int) -> None:
    """Fill `root` with `files` files, the same for every run, and add them to the index of a repository."""
    draw = random.Random(0)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz_", k=draw.randint(2, 12))) for _ in range(5_000)]
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for number, (path, content) in enumerate(contents(draw, words)):
        if number == files:
            break
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    subprocess.run(["git", "add", "--all"], cwd=root, check=True)


def contents(draw: random.Random, words: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield paths with contents, without end."""
    yield "data/large.jsonl", large(draw, words)
    number = 0
    while True:
        number += 1
        folder = f"src/part{number // FILES_A_FOLDER}"
        match number % 100:
            case 0 if number % 1_000 == 0:
                yield f".github/workflows/ci{number}.yml", WORKFLOW.format(number=number).encode()
            case 1:
                yield f"{folder}/picture{number}.png", b"\x89PNG\0" + draw.randbytes(2_000)
            case 2:
                lines = (f"{draw.choice(words)}: {draw.choice(words)}" for _ in range(40))
                yield f"{folder}/settings{number}.yaml", "\n".join(lines).encode()
            case 3 if number % 1_000 == 3:
                # Put together here, so that no scanner takes this file for a leak.
                token = "gl" + "pat-" + "".join(draw.choices("abcdefghijkmnpqrstuvwxyz23456789", k=20))
                yield f"{folder}/client{number}.py", f'token = "{token}"\n'.encode()
            case _:
                yield f"{folder}/module{number}.py", code(draw, words).encode()


def code(draw: random.Random, words: list[str]) -> str:
    """Return something like a module: 10 to 150 lines."""
    names = (draw.choices(words, k=3) for _ in range(draw.randint(10, 150)))
    return "def main():\n" + "".join(f"    {name} = {called}({given})\n" for name, called, given in names)


def large(draw: random.Random, words: list[str]) -> bytes:
    """Return lines of JSON."""
    pairs = (draw.choices(words, k=2) for _ in range(10_000))
    lines = "".join(f'{{"{name}": "{value}"}}\n' for name, value in pairs).encode()
    return lines * (LARGE_BYTES // len(lines) + 1)


def main() -> int:
    """Print the figures; return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", nargs="?", type=Path)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = options.tree
        if tree is None:
            tree = Path(folder, "tree")
            make_tree(tree, options.files)
        return report(tree, Path(folder, "state"), runs=options.runs)


def report(tree: Path, state: Path, *, runs: int) -> int:
    """Run both commands in turn over `tree` and print what they took."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=tree, check=True, capture_output=True, text=True).stdout
    first, count = listed.partition("\0")[0], listed.count("\0")
    ours = [sys.executable, "-m", "assay.cli", "check", "--state", str(state), "--format", "sarif"]
    peer = ["git", "grep", "--untracked", "-c", "-I", "-E", "(api|secret)_?key *= *['\"][A-Za-z0-9]{20}"]
    # The first run on a machine compiles the patterns.
    measured([*ours, first], cwd=tree, allowed=(0, 1))
    turns = [(measured(ours, cwd=tree, allowed=(0, 1)), measured(peer, cwd=tree, allowed=(0, 1))) for _ in range(runs)]
    wall_s = statistics.median(run.wall_s for run, _ in turns)
    cpu_s = statistics.median(run.cpu_s for run, _ in turns)
    print(f"{count} files: {wall_s:.1f} s, {cpu_s:.1f} s of CPU, {count / wall_s:.0f} files a second")
    print(f"CPU as a ratio to git grep: {statistics.median(run.cpu_s / other.cpu_s for run, other in turns):.1f}")
    largest, together, resident = (
        max(getattr(run.peak, name) for run, _ in turns) / 1024 for name in ("largest", "proportional", "resident")
    )
    print(f"largest process: {largest:.0f} MB (bar {LARGEST_MB})")
    print(f"all together: {together:.0f} MB (bar {TOGETHER_MB}), with shared pages counted in each {resident:.0f} MB")
    return int(largest > LARGEST_MB or together > TOGETHER_MB)


if __name__ == "__main__":
    sys.exit(main())
