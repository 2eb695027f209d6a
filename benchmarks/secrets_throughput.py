"""Secrets: MB per CPU-second over a tree, as a ratio to a peer that reads the same bytes in the same run.

    python benchmarks/secrets_throughput.py [DIRECTORY] [--runs N]

DIRECTORY is any tree; without it, the source of Python's standard library. The peer is detect-secrets with its default
plug-ins (requirements/bench.in); where that is absent, a loop of google-re2 over the same patterns, and failing that of
`re`. The peer is slow, so it reads a sample: every n-th file, `--peer-mb` in all. Two lines more say how far from the
machine's own limit that is (sha256 of the same bytes) and what the family costs a hook that scans 20 small files.
"""

import argparse
import hashlib
import importlib.util
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from assay.inspectors._base import SourceFile
from assay.inspectors.secrets import SecretsInspector
from assay.inspectors.secrets._catalogue import load_rules

MEGABYTE = 1_000_000
LARGEST = 4 * MEGABYTE
SKIPPED = {"__pycache__", "site-packages", "dist-packages", "node_modules"}
File = tuple[Path, bytes]


def text_files(root: Path) -> list[File]:
    """Return every file below `root` that is text, below 4 MB, not hidden and not installed from elsewhere."""
    paths = (path for path in sorted(root.rglob("*")) if path.is_file() and path.stat().st_size < LARGEST)
    visible = (path for path in paths if not any(map(skipped, path.relative_to(root).parts)))
    files = ((path, path.read_bytes()) for path in visible)
    return [(path, data) for path, data in files if b"\0" not in data[:8000]]


def skipped(name: str) -> bool:
    """Return whether a file or folder of this name is left out."""
    return name.startswith(".") or name in SKIPPED


def sample(files: Sequence[File], megabytes: float) -> list[File]:
    """Return every n-th file so that about `megabytes` remain."""
    step = max(1, round(size(files) / megabytes))
    return list(files[::step])


def size(files: Iterable[File]) -> float:
    """Return the megabytes in `files`."""
    return sum(len(data) for _, data in files) / MEGABYTE


def rate(files: Sequence[File], scan: Callable[[File], object], runs: int) -> float:
    """Return megabytes per CPU-second, the best of `runs`."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        for file in files:
            scan(file)
        best = min(best, time.process_time() - start)
    return size(files) / best


def ours(cache: Path) -> Callable[[File], object]:
    """Return a scan of one file by the inspector, prepared as a hook does."""
    inspector = SecretsInspector()
    inspector.prepare(cache)
    return lambda file: list(inspector.inspect(SourceFile(path=file[0].as_posix(), data=file[1])))


def peer() -> tuple[str, Callable[[File], object]]:
    """Return the fastest peer installed, and its scan of one file."""
    if importlib.util.find_spec("detect_secrets"):
        from detect_secrets.core.scan import scan_file
        from detect_secrets.settings import default_settings

        def scan(file: File) -> object:
            with default_settings():
                return list(scan_file(str(file[0])))

        return "detect-secrets", scan
    patterns = [rule.pattern for rule in load_rules()]
    if importlib.util.find_spec("re2"):
        import re2

        compiled = [re2.compile(pattern.encode()) for pattern in patterns]
        return "google-re2, one pattern after the other", lambda file: [one.search(file[1]) for one in compiled]
    plain = [re.compile(pattern.encode()) for pattern in patterns]
    return "re, one pattern after the other", lambda file: [one.search(file[1]) for one in plain]


def hook_ms(files: Sequence[File], cache: Path, runs: int) -> tuple[float, float]:
    """Return the CPU time of a process that scans 20 small files, and of one that does nothing."""
    small = [str(path) for path, data in files if len(data) < 20_000][:20]
    script = (
        "import sys; from pathlib import Path\n"
        "from assay.inspectors._base import SourceFile\n"
        "from assay.inspectors.secrets import INSPECTOR\n"
        "INSPECTOR.prepare(Path(sys.argv[1]))\n"
        "for path in sys.argv[2:]: list(INSPECTOR.inspect(SourceFile(path=path, data=Path(path).read_bytes())))"
    )
    working = min(cpu_ms([sys.executable, "-c", script, str(cache), *small]) for _ in range(runs))
    return working, min(cpu_ms([sys.executable, "-c", "pass"]) for _ in range(runs))


def cpu_ms(command: list[str]) -> float:
    """Return the CPU time of one child process in milliseconds."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Print the rates, their ratio, and what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", nargs="?", type=Path, default=Path(sysconfig.get_paths()["stdlib"]))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer-mb", type=float, default=2.0)
    arguments = parser.parse_args()
    files = text_files(arguments.directory)
    name, peer_scan = peer()
    with tempfile.TemporaryDirectory() as state:
        cache = Path(state) / "cache"
        scan = ours(cache)
        our_rate = rate(files, scan, arguments.runs)
        peer_rate = rate(sample(files, arguments.peer_mb), peer_scan, 1)
        found = Counter(match.rule for file in files for match in scan(file))
        hook, bare = hook_ms(files, cache, arguments.runs * 3)
    limit = rate(files, lambda file: hashlib.sha256(file[1]).digest(), arguments.runs)
    print(f"{len(files)} files, {size(files):.1f} MB, {len(load_rules())} rules")
    print(f"assay: {our_rate:.0f} MB/cpu-s; {name}: {peer_rate:.2f} MB/cpu-s; ratio {our_rate / peer_rate:.0f}")
    print(f"sha256 of the same bytes: {limit:.0f} MB/cpu-s; ratio {our_rate / limit:.2f}")
    print(f"20 small files in a process of their own: {hook:.0f} ms CPU; python -c pass: {bare:.0f} ms")
    print(f"found: {sum(found.values())} {dict(found.most_common(5))}")


if __name__ == "__main__":
    main()
