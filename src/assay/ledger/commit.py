"""Group commit: what callers of all threads hand in at the same time becomes durable together.

One thread of a process writes. It takes all that waits and makes it durable with one sync, which also carries the
checkpoint of the group before: under load that is one sync a group, and a lone caller waits for two.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from queue import SimpleQueue

from assay.errors import LedgerError
from assay.ledger.writer import LogWriter
from assay.model.decision import CheckpointRef

_log = logging.getLogger(__name__)

# Where a group stops taking more: beyond it, those who came first only wait longer.
_GROUP_BYTES = 8 * 2**20

# For how long the callers of one process may keep the log from others, and how long it is then left to them.
_HOLD_S = 0.5
_YIELD_S = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """Entries that are durable under a signed checkpoint: the one at `first_index` and those after it."""

    first_index: int
    checkpoint: CheckpointRef


@dataclass(slots=True, kw_only=True, eq=False)
class _Request:
    entries: Sequence[bytes]
    size: int
    """In bytes."""
    first_index: int = -1
    answer: Appended | Exception | None = None
    answered: threading.Lock = field(default_factory=threading.Lock)
    """Held until there is an answer. Of all ways to wake one thread, this is the cheapest."""


class Committer:
    """Takes entries from any thread, commits them in groups, and integrates the tail when it is long."""

    def __init__(self, writer: LogWriter, lock: Callable[[], AbstractContextManager[None]]) -> None:
        """Commit with `writer` while holding what `lock` returns."""
        self._writer = writer
        self._lock = lock
        self._process = os.getpid()
        self._session = threading.Lock()
        """Held by the thread that uses the writer."""
        self._queue: SimpleQueue[_Request | None] = SimpleQueue()
        """What waits to be committed; None comes last, when the ledger is being closed."""
        self._turn = threading.Lock()
        """Held to put something into the queue."""
        self._closing = False
        self._thread: threading.Thread | None = None

    def append(self, entries: Sequence[bytes], size: int) -> Appended:
        """Append entries of `size` bytes in all, all or none, and return once they are acknowledged.

        Raises what kept them from it. After an error they may be in the log all the same.
        """
        request = _Request(entries=entries, size=size)
        request.answered.acquire()
        with self._turn:
            self._require_open()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="assay-ledger", daemon=True)
                self._thread.start()
            self._queue.put(request)
        request.answered.acquire()
        if isinstance(request.answer, Appended):
            return request.answer
        raise request.answer or LedgerError("the ledger's writer gave no answer")

    def publish(self) -> None:
        """Put everything acknowledged into tiles."""
        self._require_open()
        self._integrate()

    def close(self) -> None:
        """Commit what waits, publish it, and let go of the files; calling it again does nothing."""
        with self._turn:
            if self._closing:
                return
            self._closing = True
            self._queue.put(None)
        if self._process != os.getpid():
            return
        if self._thread is not None:
            self._thread.join()
        try:
            self._integrate()
        finally:
            self._writer.close()

    def _require_open(self) -> None:
        if self._closing:
            raise LedgerError("the ledger is closed")
        if self._process != os.getpid():
            raise LedgerError(
                f"the ledger was opened by process {self._process}", hint="open it anew in the process that was forked"
            )

    def _integrate(self) -> None:
        with self._session, self._lock():
            self._writer.refresh()
            self._writer.integrate()

    def _run(self) -> None:
        while (request := self._queue.get()) is not None:
            with self._session:
                until = time.monotonic() + _HOLD_S
                self._commit_waiting(request, until)
            if time.monotonic() >= until:
                time.sleep(_YIELD_S)

    def _take(self, *first: _Request) -> list[_Request]:
        """Return the next group: `first`, and what else waits."""
        group = list(first)
        size = sum(request.size for request in group)
        while size < _GROUP_BYTES and not self._queue.empty():
            request = self._queue.get()
            if request is None:
                self._queue.put(None)
                break
            group.append(request)
            size += request.size
        return group

    def _commit_waiting(self, first: _Request, until: float) -> None:
        """Commit group after group until none waits, the tail is long, or it is time to let others write."""
        durable: list[_Request] = []
        group = self._take(first)
        try:
            with self._lock():
                self._writer.refresh()
                if self._writer.tail_is_long:
                    # It could not be integrated the last time; where it still cannot be, it must not grow either.
                    self._writer.integrate()
                while group or durable:
                    self._write(group)
                    self._answer(durable)
                    durable, group = group, []
                    if time.monotonic() < until and not self._writer.tail_is_long:
                        group = self._take()
                if self._writer.tail_is_long:
                    self._writer.integrate()
        except Exception as error:  # noqa: BLE001 - the top frame of this thread: those who wait must hear of it
            _log.warning("the ledger could not be written: %s", error)
            for request in durable + group:
                request.answer = error
                request.answered.release()

    def _write(self, group: Sequence[_Request]) -> None:
        index = self._writer.view.frontier.size
        for request in group:
            request.first_index = index
            index += len(request.entries)
        self._writer.write([entry for request in group for entry in request.entries])

    def _answer(self, durable: Sequence[_Request]) -> None:
        checkpoint = self._writer.view.ref
        for request in durable:
            request.answer = Appended(first_index=request.first_index, checkpoint=checkpoint)
            request.answered.release()
