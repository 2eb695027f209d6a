"""What a policy engine is asked and what it answers. Two adapters follow this contract: `regorus` and `opa`.

An answer depends on nothing but the question: the clock a policy sees is the question's `at`, and what reads the
network, the machine or chance is a `Fault`. So is everything an engine cannot finish: a fault is never an empty result.

Trusted: the engine's program. Not trusted: modules, data and inputs, which may loop, exhaust memory or crash the
engine; each question is answered in a process that can be killed. If lost: the answer to that question, a `Fault`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from assay.model.jcs import canonical
from assay.model.policytest import FileCoverage, PolicyTest

# The shipped packs answer in milliseconds; whoever waits at a gate should soon hear of a pack that loops.
EVALUATION_LIMIT_S = 5.0
# The tests of one pack run as one job; the largest public suite (938 tests) takes two seconds.
TESTS_LIMIT_S = 60.0

# What makes an answer depend on more than the question; the number is how many arguments each takes.
IMPURE = {"http.send": 1, "net.lookup_ip_addr": 1, "opa.runtime": 0, "rand.intn": 2, "uuid.rfc4122": 1}


class Rego(StrEnum):
    """The two dialects of Rego."""

    V0 = "v0"
    V1 = "v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file of Rego."""

    path: str
    """Relative to its pack; names the file in messages."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """All that is loaded to answer a question."""

    name: str
    """Where its files are, for messages: `assay/policy/ours`."""
    rego: Rego
    modules: tuple[Module, ...]
    data: str = "{}"
    """JSON text of the object that stands beside the packages under `data`."""

    @property
    def digest(self) -> str:
        """sha256 of everything that bears on an answer."""
        modules = [[module.path, module.text] for module in self.modules]
        return hashlib.sha256(canonical([self.rego, modules, self.data])).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What one module defines."""

    path: str
    package: str
    """As a reference: `data.ours.rules`."""
    rules: tuple[str, ...]
    """Names of its rules, each once, in order; of `deny.x` only `deny`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One input of a question."""

    input: str
    """JSON text."""
    data: str = "{}"
    """JSON text of an object that is added to the program's data for this input only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Evaluate every one of `paths` for every one of `inputs`."""

    program: Program
    paths: tuple[str, ...]
    """References to rules: `data.ours.rules.deny`."""
    inputs: tuple[Asked, ...]
    at: str
    """RFC 3339, UTC: the time that every clock shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A rule's value, as JSON has it; a set is an array."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Undefined:
    """The rule has no value for this input, or there is no such rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The rule could not be evaluated."""

    reason: str


Result: TypeAlias = Value | Undefined | Fault
Answer: TypeAlias = tuple[tuple[Result, ...], ...]
"""For every input, in order, the result of every path, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramTests:
    """The unit tests of a program, and the lines they reached."""

    tests: tuple[PolicyTest, ...]
    coverage: tuple[FileCoverage, ...]
    """Of every module, in order of path."""


class Engine(Protocol):
    """A Rego engine."""

    @property
    def name(self) -> str:
        """`regorus` or `opa`."""
        ...

    @property
    def version(self) -> str:
        """The engine's own version."""
        ...

    def layout(self, program: Program) -> tuple[Layout, ...]:
        """Parse and check a program and return what its modules define, in their order.

        Raises `PackError`, with file and line, where a module does not parse or uses what this engine gets wrong, and
        `EngineError` where the engine did not finish.
        """
        ...

    def evaluate(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        """Return the answers in the order of the questions. A question that is cut short does not touch the others."""
        ...

    def test(self, program: Program) -> ProgramTests:
        """Run every rule named `test_*`; those named `todo_test_*` are skipped.

        Raises as `layout` does, and `EngineTimeoutError` where the tests do not end.
        """
        ...


def unanswered(question: Question, reason: str) -> Answer:
    """Return the answer of an engine that could not begin or end: the same fault everywhere."""
    return tuple(tuple(Fault(reason=reason) for _ in question.paths) for _ in question.inputs)


def nanoseconds(at: str) -> int:
    """Return an RFC 3339 time as nanoseconds since 1970."""
    return int(datetime.fromisoformat(at).timestamp()) * 1_000_000_000
