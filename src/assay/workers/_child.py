"""What runs inside a worker process: one job after another until the parent closes its end.

Trusted: the parent and the functions it names. Not trusted: what those functions read, which may crash, hang or swell
the process. If lost: the process dies and one job with it.
"""

import os
import pickle
import resource
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from assay.errors import AssayError
from assay.workers import _channel

# After the parent's limit, so that the parent, which can say why, comes first. Without a parent nobody else would end a
# job that hangs.
_ORPHAN_GRACE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a worker lives."""

    limit_s: float
    initialize: Callable[[], None] | None
    memory_bytes: int | None


def main(end: socket.socket, setup: Setup) -> None:
    """Serve jobs from `end`. The first message back says whether the worker is ready."""
    _settle(setup)
    # Where the parent has gone, nobody waits for an answer.
    with end, open(os.devnull, "w", encoding="utf-8") as sys.stdout, suppress(OSError):  # noqa: PTH123 - no path
        failure = _prepare(setup)
        _channel.send(end, pickle.dumps((failure is None, failure)))
        while failure is None and (message := _channel.receive(end)) is not None:
            signal.setitimer(signal.ITIMER_REAL, setup.limit_s + _ORPHAN_GRACE_S)
            answer = _answer(message)
            signal.setitimer(signal.ITIMER_REAL, 0)
            _channel.send(end, answer)


def _settle(setup: Setup) -> None:
    """Leave nothing of the parent's that a job could disturb: its signal handlers, its input, its output."""
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # Ctrl-C reaches the whole process group; the parent decides what becomes of its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    if setup.memory_bytes is not None:
        # Of address space: what the kernel can refuse at once. macOS accepts the call and does not enforce it.
        resource.setrlimit(resource.RLIMIT_AS, (setup.memory_bytes, setup.memory_bytes))


def _prepare(setup: Setup) -> str | None:
    """Run the pool's `initialize`; return why it failed, or None."""
    if setup.initialize is None:
        return None
    try:
        setup.initialize()
    except Exception as error:  # noqa: BLE001 - the top frame of a worker
        return reason(error)
    return None


def _answer(message: bytes) -> bytes:
    """Run one job; return whether it was done, and its result or why not, ready to send."""
    try:
        function, job = pickle.loads(message)  # noqa: S301 - written by the parent, over a socket no one else has
        result: Any = pickle.loads(function)(job)  # noqa: S301 - same
    except Exception as error:  # noqa: BLE001 - the top frame of a worker
        return pickle.dumps((False, reason(error)))
    try:
        return pickle.dumps((True, result))
    except Exception as error:  # noqa: BLE001 - whatever the result's own pickling raises
        return pickle.dumps((False, f"the result cannot be sent: {type(error).__name__}"))


def reason(error: Exception) -> str:
    """Return what may be told of `error`: its class, and its message only where we wrote it, so never a job's data."""
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, AssayError) else name
