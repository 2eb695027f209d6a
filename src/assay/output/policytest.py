"""What testing policy packs came to, for a terminal."""

from collections.abc import Iterator, Sequence

from assay.model.policytest import FileCoverage, PackTestRun, PolicyTest, PolicyTestRun, PolicyTestState
from assay.output.terminal import Style, Terminal
from assay.output.verdict import count

_STYLES = {
    PolicyTestState.PASSED: Style.GOOD,
    PolicyTestState.FAILED: Style.BAD,
    PolicyTestState.ERROR: Style.BAD,
    PolicyTestState.SKIPPED: Style.DIM,
}


def render_policy_test(run: PolicyTestRun, *, width: int = 80, colour: bool = False, ascii_only: bool = False) -> str:
    """Return every test that did not pass, every line that no test reached, and one line for the whole."""
    terminal = Terminal(width=width, colour=colour, ascii_only=ascii_only)
    lines = [line for pack in run.packs for line in _pack(pack, run.threshold_percent, terminal)]
    return terminal.document([*lines, "", *_last(run, terminal)])


def _pack(pack: PackTestRun, threshold: int, terminal: Terminal) -> Iterator[str]:
    passed = pack.passed(threshold)
    word = terminal.paint(Style.GOOD, "passed") if passed else terminal.paint(Style.BAD, "failed")
    yield ""
    yield f"{terminal.paint(Style.BOLD, terminal.text(pack.pack))}  {word}"
    if pack.fault:
        yield from terminal.paragraph(terminal.text(f"could not be run: {pack.fault}"), indent=2)
    yield from terminal.paragraph(_counts(pack), indent=2, style=Style.DIM)
    for test in pack.tests:
        if test.state is not PolicyTestState.PASSED:
            yield from _test(test, terminal)
    for item in pack.coverage:
        if item.missed:
            missed = f"{item.path}: no test reaches line {_ranges(item)}"
            yield from terminal.paragraph(terminal.text(missed), indent=4, first="  ")


def _counts(pack: PackTestRun) -> str:
    states = [test.state for test in pack.tests]
    parts = [f"{states.count(state)} {state}" for state in PolicyTestState if state in states] or ["no tests"]
    return f"{', '.join(parts)}; {pack.coverage_ppm // 10_000} % of the lines are reached"


def _test(test: PolicyTest, terminal: Terminal) -> Iterator[str]:
    yield f"  {terminal.paint(_STYLES[test.state], str(test.state))}  {terminal.text(test.name)}"
    said = test.path if test.message is None else f"{test.path}: {test.message}"
    yield from terminal.paragraph(terminal.text(said), indent=4, style=Style.DIM)


def _ranges(item: FileCoverage) -> str:
    """Return line numbers with neighbours joined: `3, 7-9`."""
    runs: list[list[int]] = []
    for line in item.missed:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(_range(run) for run in runs)


def _range(run: Sequence[int]) -> str:
    return str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}"


def _last(run: PolicyTestRun, terminal: Terminal) -> Iterator[str]:
    label, style = ("PASSED", Style.GOOD) if run.passed else ("FAILED", Style.BAD)
    tests = sum(len(pack.tests) for pack in run.packs)
    said = f"{count(tests, 'test')} in {count(len(run.packs), 'pack')}, {run.engine}, "
    yield f"{terminal.paint(style, label)}  {terminal.text(said)}coverage of at least {run.threshold_percent} % wanted"
