"""A pool of processes that loses one job, and nothing else, when a job crashes, hangs or is killed.

Trusted: the code of the jobs. A worker's answer is unpickled, so whoever takes over a worker takes over its parent: the
pool guards against crashes, endless loops and memory, not against malice. Not trusted: that a job ever ends, that its
process stays alive, that its result can be sent. If lost: a job without an answer is yielded as `Failed`, not dropped.

`concurrent.futures` breaks the whole pool when one process dies, and cannot kill a job that hangs.
"""

import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from assay.errors import WorkerError, WorkerTimeoutError
from assay.workers._child import Setup
from assay.workers._worker import EXIT_GRACE_S, Answer, Lost, Worker, wait

J = TypeVar("J")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[J, R]):
    """A job and its result."""

    job: J
    result: R


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Generic[J]):
    """A job without a result, and why."""

    job: J
    reason: str
    """Free of the job's data: the class of what it raised, or how its process ended."""
    timed_out: bool = False


class Pool:
    """Up to `size` processes, started as jobs arrive and kept until the `with` block ends. For one thread at a time.

    A job that takes longer than `limit_s` is killed, and so is an `initialize` that does. `memory_bytes` bounds the
    address space of each process where the platform can. Processes are forked on Linux and spawned elsewhere, and also
    where other threads run, for a fork copies the locks that those threads hold.
    """

    def __init__(
        self,
        size: int | None = None,
        limit_s: float = 60.0,
        *,
        initialize: Callable[[], None] | None = None,
        memory_bytes: int | None = None,
    ) -> None:
        self.size = size or available_cpus()
        self._setup = Setup(limit_s=limit_s, initialize=initialize, memory_bytes=memory_bytes)
        self._idle: list[Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process, and leave none behind."""
        for worker in self._idle:
            worker.dismiss()
        for worker in self._idle:
            worker.end(grace_s=EXIT_GRACE_S)
        self._idle.clear()

    def run(self, function: Callable[[J], R], jobs: Iterable[J]) -> Iterator[Done[J, R] | Failed[J]]:
        """Yield what became of each job, in no order; `function` must be importable by name.

        A job is taken from `jobs` when a process is free for it, so at most `size` are held. The time until the caller
        asks for the next result does not count against the limit. Raises `WorkerError` where `initialize` fails.
        """
        call = pickle.dumps(function)
        waiting = iter(jobs)
        running: dict[Worker, J] = {}
        try:
            while True:
                while len(running) < self.size:
                    try:
                        job = next(waiting)
                    except StopIteration:
                        break
                    if (message := _pickled(call, job)) is None:
                        yield Failed(job=job, reason="the job cannot be sent")
                    else:
                        running[self._assigned(message)] = job
                if not running:
                    return
                for worker, answer in wait(tuple(running)):
                    yield self._settled(worker, running.pop(worker), answer)
        finally:
            for worker in running:
                worker.end()

    def _assigned(self, message: bytes) -> Worker:
        """Return the worker that was given `message`: an idle one that still lives, else a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.take(message):
                return worker
            worker.end()
        worker = Worker(self._setup)
        worker.take(message)
        return worker

    def _settled(self, worker: Worker, job: J, answer: Answer | Lost) -> Done[J, Any] | Failed[J]:
        """Return what became of `job`; keep its worker where it can serve again."""
        if isinstance(answer, Lost):
            worker.end()
            if not worker.ready:
                error = WorkerTimeoutError if answer.timed_out else WorkerError
                raise error(f"a worker cannot start: {answer.reason}")
            return Failed(job=job, reason=answer.reason, timed_out=answer.timed_out)
        self._idle.append(worker)
        return Done(job=job, result=answer.value) if answer.done else Failed(job=job, reason=answer.value)


def available_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pickled(call: bytes, job: Any) -> bytes | None:
    try:
        return pickle.dumps((call, job))
    except (pickle.PicklingError, AttributeError, TypeError, ValueError, RecursionError):
        return None
