"""What testing policy packs came to: every unit test, and the lines of every file that the tests reached."""

from dataclasses import dataclass
from enum import StrEnum


class PolicyTestState(StrEnum):
    """What became of one unit test."""

    PASSED = "passed"
    FAILED = "failed"
    """It was false or undefined."""
    ERROR = "error"
    """It could not be evaluated."""
    SKIPPED = "skipped"
    """Its name begins with `todo_`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTest:
    """One rule named `test_*` and what it came to."""

    name: str
    """With its package: `ours_test.test_denies_root`."""
    path: str
    """Relative to the pack."""
    state: PolicyTestState
    message: str | None = None
    """Why it could not be evaluated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCoverage:
    """The lines of one policy file that can be reached, and those that no test reached."""

    path: str
    """Relative to the pack."""
    covered: tuple[int, ...]
    """Line numbers from 1, ascending."""
    missed: tuple[int, ...]

    @property
    def lines(self) -> int:
        """How many lines can be reached."""
        return len(self.covered) + len(self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTestRun:
    """The tests of one pack."""

    pack: str
    """Its id."""
    tests: tuple[PolicyTest, ...]
    coverage: tuple[FileCoverage, ...]
    """Of the files that judge; test files are not counted."""
    fault: str | None = None
    """Why the tests could not be run at all."""

    @property
    def coverage_ppm(self) -> int:
        """The share of reachable lines that the tests reached, in millionths, rounded down; 0 where there are none."""
        lines = sum(item.lines for item in self.coverage)
        return sum(len(item.covered) for item in self.coverage) * 1_000_000 // lines if lines else 0

    def passed(self, threshold_percent: int) -> bool:
        """Whether at least one test ran, none failed, and the coverage reaches the threshold."""
        states = {test.state for test in self.tests}
        failed = states & {PolicyTestState.FAILED, PolicyTestState.ERROR}
        ran = PolicyTestState.PASSED in states and not failed and self.fault is None
        return ran and self.coverage_ppm >= threshold_percent * 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTestRun:
    """The tests of all packs asked for."""

    packs: tuple[PackTestRun, ...]
    engine: str
    """Name and version."""
    threshold_percent: int
    """Line coverage that every pack must reach."""

    @property
    def passed(self) -> bool:
        """Whether every pack passed, and there was one."""
        return bool(self.packs) and all(pack.passed(self.threshold_percent) for pack in self.packs)
