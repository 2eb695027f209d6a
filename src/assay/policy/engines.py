"""The engines a configuration can choose."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeVar

from assay.errors import EngineError, EngineTimeoutError, PackError
from assay.policy import regorus
from assay.policy.engine import (
    EVALUATION_LIMIT_S,
    TESTS_LIMIT_S,
    Answer,
    Engine,
    Layout,
    Program,
    ProgramTests,
    Question,
    unanswered,
)
from assay.workers import Done, Pool

# Address space of one worker, most of it shared with its parent; `numbers.range(1, 1e8)` alone would ask for 2.4 GB.
MEMORY_BYTES = 2 * 1024**3

J = TypeVar("J")
R = TypeVar("R")


def open_engine(name: str) -> AbstractContextManager[Engine]:
    """Return the engine that `[policy] engine` names, to be used as a context manager.

    Raises `EngineError` where that engine is not on this machine.
    """
    if name == "opa":
        from assay.policy.opa import OpaEngine

        return OpaEngine.find()
    return RegorusEngine()


class RegorusEngine:
    """regorus in worker processes. Close it, or use it as a context manager."""

    name = "regorus"

    def __init__(self, *, size: int | None = None, limit_s: float = EVALUATION_LIMIT_S) -> None:
        self._limit_s = limit_s
        self._pool = _pool(size, limit_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker processes."""
        self._pool.close()

    @cached_property
    def version(self) -> str:
        """Regorus's own version."""
        return _one(self._pool, regorus.engine_version, None)

    def layout(self, program: Program) -> tuple[Layout, ...]:
        """See `Engine.layout`."""
        return _accepted(_one(self._pool, _layout, program))

    def evaluate(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        """See `Engine.evaluate`."""
        answers: dict[int, Answer] = {}
        for outcome in self._pool.run(_numbered_answer, enumerate(questions)):
            number, question = outcome.job
            if isinstance(outcome, Done):
                answers[number] = outcome.result
            elif outcome.timed_out:
                answers[number] = unanswered(question, f"the pack did not finish within {self._limit_s:g} s")
            else:
                answers[number] = unanswered(question, f"the engine was lost: {outcome.reason}")
        return tuple(answers[number] for number in range(len(questions)))

    def test(self, program: Program) -> ProgramTests:
        """See `Engine.test`."""
        with _pool(1, TESTS_LIMIT_S) as pool:
            return _accepted(_one(pool, _test, program))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """A `PackError` on its way out of a worker."""

    message: str
    hint: str | None


def _pool(size: int | None, limit_s: float) -> Pool:
    return Pool(size, limit_s, initialize=regorus.prepare_process, memory_bytes=MEMORY_BYTES)


def _one(pool: Pool, function: Callable[[J], R], job: J) -> R:
    """Return what a worker makes of one job; raises `EngineError` where it makes nothing of it."""
    (outcome,) = pool.run(function, [job])
    if isinstance(outcome, Done):
        return outcome.result
    if outcome.timed_out:
        raise EngineTimeoutError(
            "the policy engine did not finish in its time", hint="a pack may be nested without end"
        )
    raise EngineError(f"the policy engine was lost: {outcome.reason}")


def _accepted(result: R | _Refused) -> R:
    if isinstance(result, _Refused):
        raise PackError(result.message, hint=result.hint)
    return result


# What workers are asked for must be importable by name.


def _numbered_answer(job: tuple[int, Question]) -> Answer:
    return regorus.answer(job[1])


def _layout(program: Program) -> tuple[Layout, ...] | _Refused:
    return _sendable(regorus.layout, program)


def _test(program: Program) -> ProgramTests | _Refused:
    return _sendable(regorus.test, program)


def _sendable(function: Callable[[Program], R], program: Program) -> R | _Refused:
    try:
        return function(program)
    except PackError as error:
        return _Refused(message=error.message, hint=error.hint)
