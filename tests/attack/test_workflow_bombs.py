"""Workflows made to take quadratic time: each is read in about the time of its size."""

import time
from collections.abc import Callable

import pytest

from assay.errors import SourceError
from assay.inspectors._base import SourceFile
from assay.inspectors.workflows import INSPECTOR
from assay.inspectors.workflows._expressions import MAX_DEPTH
from assay.inspectors.workflows._taint import MAX_JOBS
from assay.model.outcome import Severity


def job(steps: str, *, more: str = "") -> str:
    return f"on: [pull_request_target]\njobs:\n  a:\n    runs-on: ubuntu-latest\n{more}    steps:\n{steps}"


def script(lines: str) -> str:
    return job("      - run: |\n" + "".join(f"          {line}\n" for line in lines.splitlines()))


def numbered(template: str, count: int) -> str:
    return "".join(template.replace("#", str(n)) for n in range(count))


BOMBS: dict[str, Callable[[int], str]] = {
    "expressions in one script": lambda size: script("echo ${{ github.head_ref }} 'x'\n" * size),
    "expressions hidden by escapes": lambda size: job('      - run: "' + "\\x24{{ github.head_ref }} " * size + '"\n'),
    "variables": lambda size: job(
        f"      - run: echo {numbered('${{ env.v# }} ', size)}\n",
        more="    env:\n" + numbered("      v#: ${{ github.head_ref }}\n", size),
    ),
    "matrix": lambda size: job(
        f"      - run: echo {numbered('${{ matrix.v# }} ', size)}\n",
        more="    strategy:\n      matrix:\n        include:\n" + numbered("          - v#: 1\n", size),
    ),
    "the whole matrix again and again": lambda size: job(
        "      - run: echo " + "${{ toJSON(matrix) }} " * size + "\n",
        more="    strategy:\n      matrix:\n        v: [" + "1, " * size + "1]\n",
    ),
    "checkouts": lambda size: job("      - uses: actions/checkout@v4\n" * size),
    "outputs": lambda size: job(numbered("      - {id: s#, run: 'echo ${{ steps.s#.outputs.x }}'}\n", size // 2)),
    "triggers": lambda size: script("echo ${{ github.ref }}\n" * size).replace("[", f"[{numbered('t#, ', size)}", 1),
    "own machines": lambda size: job("", more="    strategy: {matrix: {v: [" + "1, " * size + "]}}\n").replace(
        "ubuntu-latest", "[" + "'${{ matrix.v }}', " * size + "]"
    ),
    "downloads": lambda size: script("curl " * size + "\n" + ("curl x |" + " " * 2_000 + "y\n") * (size // 20)),
    "pipes": lambda size: script("curl" + " -x" * size * 10 + "|" + "sudo " + "-E " * size * 10),
    "quotes": lambda size: script("echo ${{ " + "'" * size * 10 + " }}\n" + "${{ 'open \n" * size),
    "open fences": lambda size: script("${{ " * size * 10),
}


def seconds(name: str, size: int) -> float:
    file = SourceFile(path=".github/workflows/x.yml", data=BOMBS[name](size).encode())
    began = time.process_time()
    list(INSPECTOR.inspect(file))
    return time.process_time() - began


@pytest.mark.parametrize("name", BOMBS)
def test_four_times_the_size_takes_no_sixteen_times_as_long(name):
    # Three tries, since other programs disturb the measurement; less than 10 ms cannot be measured at all.
    assert any(seconds(name, 6_000) < 8 * max(seconds(name, 1_500), 0.01) for _ in range(3))


def test_a_value_that_goes_in_a_ring_is_followed_once():
    ring = numbered("  j#: {outputs: {o: '${{ needs.k#.outputs.o }}'}, runs-on: x, steps: [{run: x}]}\n", 15)
    ring += "".join(
        f"  k{n}: {{outputs: {{o: '${{{{ needs.j{(n + 1) % 15}.outputs.o }}}}'}}, runs-on: x, steps: [{{run: x}}]}}\n"
        for n in range(15)
    )
    last = "  z: {runs-on: x, steps: [{run: 'echo ${{ needs.j0.outputs.o }}'}]}\n"
    with pytest.raises(SourceError, match="at most 20 jobs"):
        injections(f"on: push\njobs:\n{ring}{last}".encode())
    assert injections(b"on: push\njobs:\n  a: {outputs: {o: '${{ needs.a.outputs.o }}'}, steps: [{run: x}]}\n") == []


def chain(length: int, first: str) -> bytes:
    """Return jobs that each hand on what the one before gave them; the last runs it."""
    links = "".join(
        f"  j{n}: {{outputs: {{o: '${{{{ needs.j{n - 1}.outputs.o }}}}'}}, runs-on: x, steps: [{{run: x}}]}}\n"
        for n in range(1, length)
    )
    last = f"  last: {{runs-on: x, steps: [{{run: 'echo ${{{{ needs.j{length - 1}.outputs.o }}}}'}}]}}\n"
    return f"on: push\njobs:\n  j0: {{{first}, runs-on: x, steps: [{{run: x}}]}}\n{links}{last}".encode()


def injections(data: bytes) -> list[tuple[str | None, Severity | None]]:
    found = INSPECTOR.inspect(SourceFile(path=".github/workflows/x.yml", data=data))
    return [(match.anchor, match.severity) for match in found if match.rule == "workflows/template-injection"]


def test_a_value_is_found_behind_everything_that_is_allowed():
    deep = "(" * MAX_DEPTH + "github.head_ref" + ")" * MAX_DEPTH
    matrix = "{x: " + "[" * 150 + f"'${{{{ {deep} }}}}'" + "]" * 150 + "}"
    first = f"strategy: {{matrix: {matrix}}}, outputs: {{o: '${{{{ matrix.x }}}}'}}"
    assert injections(chain(MAX_JOBS, first)) == [("jobs.last.steps[].run", Severity.HIGH)]


@pytest.mark.parametrize("length", [MAX_JOBS + 1, 3_000])
def test_a_value_handed_on_without_end_is_not_let_through(length):
    with pytest.raises(SourceError, match="at most 20 jobs"):
        injections(chain(length, "outputs: {o: '${{ github.head_ref }}'}"))
