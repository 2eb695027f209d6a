"""Workflow audit: CPU time of a whole process as a ratio to `zizmor --offline`, and how far the two agree.

    python benchmarks/workflow_audit.py [DIRECTORY] [--runs N] [--differences]

DIRECTORY holds `.github/workflows` and actions; without it, the repository's own fixtures are read. DESIGN: 50 files in
0.5 s. `zizmor` (requirements/bench.in) is looked for on PATH; where it is absent, our figures stand alone and the exit
code is 3.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from assay.errors import SourceError
from assay.inspectors._base import SourceFile
from assay.inspectors.workflows import INSPECTOR

FIXTURES = Path(__file__).parents[1] / "tests/assets/workflows"
SHARED = {
    "unpinned-uses": "workflows/unpinned-action",
    "template-injection": "workflows/template-injection",
    "dangerous-triggers": "workflows/dangerous-trigger",
    "excessive-permissions": "workflows/excessive-permissions",
    "artipacked": "workflows/persisted-credentials",
    "secrets-inherit": "workflows/secrets-inherit",
    "insecure-commands": "workflows/insecure-commands",
    "hardcoded-container-credentials": "workflows/hardcoded-container-credentials",
    "unsound-condition": "workflows/unsound-condition",
}
# One tool points at a key, the other at the mapping around it or at the value.
NEAR_LINES = 2

Place = tuple[str, str, int]
"""Rule, file, line."""


def stage(source: Path, target: Path) -> list[Path]:
    """Copy what GitHub would read of `source` to `target`, keeping its paths, and return the copies."""
    copies = []
    for file in sorted(source.rglob("*.y*ml")):
        if source == FIXTURES:
            # Files that GitHub refuses are no material for a comparison.
            if file.parent.name == "syntax":
                continue
            name = f"{file.parent.name}-{file.name.removesuffix('.yml')}"
            path = f"{name}/action.yml" if file.name.endswith(".action.yml") else f".github/workflows/{name}.yml"
        else:
            path = file.relative_to(source).as_posix()
        if INSPECTOR.accepts(path):
            copy = target / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copies.append(Path(shutil.copyfile(file, copy)))
    return copies


def audit(root: Path) -> list[Place]:
    """Return what the family finds below `root`; what it cannot read is named on stderr."""
    places = []
    for file in sorted(root.rglob("*.y*ml")):
        source = SourceFile(path=file.relative_to(root).as_posix(), data=file.read_bytes())
        try:
            found = list(INSPECTOR.inspect(source))
        except SourceError as error:
            print(f"not evaluated: {source.path}: {error.message}", file=sys.stderr)
            continue
        places += [(match.rule, source.path, source.line_at(match.start) + 1) for match in found]
    return places


def timed(command: list[str], *, cwd: Path) -> tuple[float, str]:
    """Return CPU seconds (user and system) of a run, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        # zizmor judges nothing where one file is no workflow; our fixtures hold such files on purpose.
        sys.exit(f"{command[0]} ended with {run.returncode}; give the directory of a real repository")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, run.stdout


def read_sarif(text: str) -> list[Place]:
    """Return the results of the rules that both tools have, under our names."""
    places = []
    for result in json.loads(text)["runs"][0]["results"]:
        rule = SHARED.get(result["ruleId"].removeprefix("zizmor/"))
        if rule:
            location = result["locations"][0]["physicalLocation"]
            places.append((rule, location["artifactLocation"]["uri"], location["region"]["startLine"]))
    return places


def agreement(ours: list[Place], theirs: list[Place]) -> dict[str, dict[str, list[Place]]]:
    """Return, by rule, the places that both name, and those that one does."""
    table: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    left = Counter(theirs)
    for place in ours:
        rule, path, line = place
        near = [(rule, path, line + by) for by in sorted(range(-NEAR_LINES, NEAR_LINES + 1), key=abs)]
        twin = next((candidate for candidate in near if left[candidate]), None)
        table[rule]["ours" if twin is None else "both"].append(place)
        if twin is not None:
            left[twin] -= 1
    for place in left.elements():
        table[place[0]]["theirs"].append(place)
    return table


def report(table: dict[str, dict[str, list[Place]]], *, differences: bool) -> None:
    """Print one row a rule, and each difference if asked for."""
    print(f"{'rule':42}{'both':>6}{'ours':>6}{'zizmor':>8}")
    for rule in sorted(SHARED.values()):
        row = table[rule]
        print(f"{rule:42}{len(row['both']):6}{len(row['ours']):6}{len(row['theirs']):8}")
    if differences:
        for rule, row in sorted(table.items()):
            for who in ("ours", "theirs"):
                for _, path, line in sorted(row[who]):
                    print(f"only {who}: {rule} {path}:{line}")


def main() -> int:
    """Print seconds, ratio and agreement; return 3 where there is no peer to compare with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", nargs="?", type=Path, default=FIXTURES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--differences", action="store_true", help="print each finding that only one of the two has")
    parser.add_argument("--audit-only", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.audit_only:
        print(json.dumps(audit(options.directory)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return compare(options.directory.resolve(), Path(folder), runs=options.runs, differences=options.differences)


def compare(source: Path, root: Path, *, runs: int, differences: bool) -> int:
    """Run both tools in turn over a copy of `source` in `root`, and print what came of it."""
    files = [str(file.relative_to(root)) for file in stage(source, root)]
    own = [sys.executable, str(Path(__file__).resolve()), "--audit-only", "."]
    peer = [shutil.which("zizmor") or "", "--offline", "--no-config", "--format=sarif", *files]
    turns = [(timed(own, cwd=root), timed(peer, cwd=root) if peer[0] else (0.0, "")) for _ in range(runs)]
    found = [(rule, path, line) for rule, path, line in json.loads(turns[0][0][1])]
    cpu = statistics.median(ours[0] for ours, _ in turns)
    print(f"{len(files)} files, {len(found)} findings: {cpu:.2f} s of CPU, start-up included")
    if not peer[0]:
        print("zizmor is not on PATH: no ratio and no agreement were measured", file=sys.stderr)
        return 3
    peer_cpu = statistics.median(theirs[0] for _, theirs in turns)
    print(f"zizmor --offline: {peer_cpu:.2f} s of CPU, ratio {cpu / peer_cpu:.1f}")
    shared = [place for place in found if place[0] in SHARED.values()]
    report(agreement(shared, read_sarif(turns[0][1][1])), differences=differences)
    return 0


if __name__ == "__main__":
    sys.exit(main())
