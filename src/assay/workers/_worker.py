"""The parent's view of one worker process."""

import math
import multiprocessing
import os
import pickle
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from assay.errors import WorkerError
from assay.workers import _child
from assay.workers._channel import Channel

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

# An idle worker ends within milliseconds of its channel. What takes longer is not idle, and is killed.
EXIT_GRACE_S = 2.0

# poll(2) counts milliseconds in 32 bits; a limit may be longer.
_LONGEST_POLL_S = 3600.0

# What a spawned process may take beside its limit: an interpreter that imports everything waits for a busy machine.
_SPAWN_GRACE_S = 30.0

# Read by Python itself, in every process that is started while it is set.
_SAFE_PATH = "PYTHONSAFEPATH"

# The parent's ends in this process. A forked worker inherits them all and must close them: while a copy is open, a
# worker whose parent was killed waits for ever.
_PARENT_ENDS: WeakSet[socket.socket] = WeakSet()

# What unpickling a result can raise when its class does not hold to pickle's protocol ("pickle", Module Interface).
_UNREADABLE = (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker said of its job."""

    done: bool
    value: Any
    """The result, or why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A worker that says nothing more, and why."""

    reason: str
    timed_out: bool = False


class Worker:
    """One process, its channel, and the time that its job has left. Whatever became of it, `end` it."""

    def __init__(self, setup: _child.Setup) -> None:
        ours, theirs = socket.socketpair()
        _PARENT_ENDS.add(ours)
        method = _start_method()
        context: Any = multiprocessing.get_context(method)
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, setup), daemon=True)
        try:
            with _without_current_folder():
                self.process.start()
        except OSError as error:
            ours.close()
            raise WorkerError(f"a worker cannot start: {error.strerror}") from error
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self.channel = Channel(ours)
        self.limit_s = setup.limit_s
        self.left_s = setup.limit_s if method == "fork" else setup.limit_s + _SPAWN_GRACE_S
        self.ready = False

    def take(self, message: bytes) -> bool:
        """Start on the job in `message`; return whether the process was still there."""
        if self.ready:
            self.left_s = self.limit_s
        try:
            self.channel.send(message)
        except OSError:
            return False
        return True

    def turn(self, *, readable: bool) -> Answer | Lost | None:
        """Move bytes both ways; return what became of the job once that is known."""
        try:
            for message in self.channel.receive() if readable else ():
                answer = _decoded(message)
                if self.ready:
                    return answer
                if not answer.done:
                    return Lost(reason=answer.value)
                self.ready, self.left_s = True, self.limit_s
        except (EOFError, OSError):
            return Lost(reason=self._how_it_ended())
        # A worker that ended has its last words read first; that it ended is seen by reading, too.
        with suppress(OSError):
            self.channel.flush()
        if self.left_s <= 0:
            return Lost(reason=f"it passed the limit of {self.limit_s:g} s", timed_out=True)
        return None

    def dismiss(self) -> None:
        """Let an idle process end by itself."""
        self.channel.socket.close()

    def end(self, *, grace_s: float = 0) -> None:
        """Kill the process unless it ends within `grace_s`, and release what it held."""
        self.channel.socket.close()
        self._exit_code(grace_s)
        self.process.kill()
        self.process.join()
        self.process.close()

    def _how_it_ended(self) -> str:
        match self._exit_code(EXIT_GRACE_S):
            case None:
                return "its process closed its channel"
            case code if code < 0:
                return f"its process was killed by signal {-code} ({signal.strsignal(-code)})"
            case code:
                return f"its process ended with status {code}"

    def _exit_code(self, grace_s: float) -> int | None:
        """Return the exit code, waiting `grace_s` for it at most.

        `Process.join` takes a closed descriptor for the end of the process, and then waits without limit.
        """
        until = time.monotonic() + grace_s
        pause_s = 0.0005
        while self.process.exitcode is None and time.monotonic() < until:
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, 0.02)
        return self.process.exitcode


def wait(workers: Sequence[Worker]) -> Iterator[tuple[Worker, Answer | Lost]]:
    """Wait until one of `workers` has something to say or is out of time; yield what became of their jobs."""
    poll = select.poll()
    for worker in workers:
        poll.register(worker.channel.socket, select.POLLIN | (select.POLLOUT if worker.channel.sending else 0))
    started = time.monotonic()
    left_s = min(_LONGEST_POLL_S, *(worker.left_s for worker in workers))
    events = dict(poll.poll(max(0, math.ceil(1000 * left_s))))
    waited_s = time.monotonic() - started
    for worker in workers:
        worker.left_s -= waited_s
        event = events.get(worker.channel.socket.fileno(), 0)
        if (answer := worker.turn(readable=bool(event & ~select.POLLOUT))) is not None:
            yield worker, answer


def _serve(end: socket.socket, setup: _child.Setup) -> None:
    """Be a worker: the first code that runs in the new process."""
    for inherited in tuple(_PARENT_ENDS):
        inherited.close()
    _child.main(end, setup)


@contextmanager
def _without_current_folder() -> Iterator[None]:
    """Keep an interpreter that is spawned from importing what lies in the current folder: files that are inspected."""
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def _start_method() -> str:
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _decoded(message: bytes) -> Answer:
    try:
        done, value = pickle.loads(message)  # noqa: S301 - from our own worker; see the trust note of the pool
    except _UNREADABLE as error:
        return Answer(done=False, value=f"the result cannot be read: {type(error).__name__}")
    return Answer(done=done, value=value)
