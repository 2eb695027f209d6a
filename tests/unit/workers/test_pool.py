"""Every job gets an outcome, whatever it does to its process, and nothing is left behind."""

import faulthandler
import functools
import math
import multiprocessing
import operator
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import pytest

from assay.errors import SourceError, WorkerError, WorkerTimeoutError
from assay.workers import Done, Failed, Pool
from assay.workers._worker import Lost, Worker, wait
from assay.workers.pool import available_cpus

LIMIT_S = 30.0
# Long enough for a process to start on a busy machine, short enough to wait for.
SOON_S = 3.0


def _open_files() -> list[str]:
    return sorted(os.listdir("/dev/fd"))  # noqa: PTH208 - names only


def _children() -> set[int]:
    """Return the processes this one has started and not waited for, zombies too."""
    return {int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No process, no file descriptor and no zombie may outlive a test."""
    # Where other threads run, processes are spawned, and with the first multiprocessing starts one that stays.
    resource_tracker.ensure_running()
    before = _open_files()
    children = _children()
    yield
    assert _children() <= children
    assert _open_files() == before


def double(number: int) -> int:
    return 2 * number


def outcomes(function: Callable[[Any], Any], jobs: list[Any], *, size: int = 2, limit_s: float = LIMIT_S) -> list[Any]:
    with Pool(size, limit_s) as pool:
        return list(pool.run(function, jobs))


def only(function: Callable[[Any], Any], job: Any = 0, *, limit_s: float = LIMIT_S) -> Any:
    """Run one bad job among good ones, which must not be lost; return the outcome of the bad one."""

    with Pool(2, limit_s) as pool:
        assert [done.result for done in pool.run(double, [1])] == [2]
        (outcome,) = pool.run(function, [job])
        assert sorted(done.result for done in pool.run(double, range(4)) if isinstance(done, Done)) == [0, 2, 4, 6]
    return outcome


def test_results_come_with_their_jobs():
    assert {done.job: done.result for done in outcomes(double, list(range(100)))} == {n: 2 * n for n in range(100)}


def test_no_jobs_start_no_process():
    with Pool(2, LIMIT_S) as pool:
        assert list(pool.run(double, [])) == []
        assert multiprocessing.active_children() == []


def test_no_more_processes_than_jobs():
    with Pool(8, LIMIT_S) as pool:
        assert len(list(pool.run(double, [1]))) == 1
        assert len(multiprocessing.active_children()) == 1


def test_processes_are_kept_between_jobs_and_runs():
    with Pool(1, LIMIT_S) as pool:
        seen = {done.result for _ in range(2) for done in pool.run(process_id, range(5))}
    assert len(seen) == 1


def process_id(_: int) -> int:
    return os.getpid()


def test_jobs_are_taken_only_when_a_process_is_free():
    taken = 0

    def jobs() -> Iterator[int]:
        nonlocal taken
        for number in range(50):
            taken += 1
            yield number

    with Pool(2, LIMIT_S) as pool:
        for seen, _ in enumerate(pool.run(double, jobs()), start=1):
            assert taken <= seen + 2


def test_a_job_that_raises_fails_with_the_class_only():
    outcome = only(raise_value_error, "pass" + "word")
    assert outcome == Failed(job="pass" + "word", reason="ValueError")


def raise_value_error(job: str) -> None:
    raise ValueError(f"cannot read {job}")


def test_a_job_that_raises_our_error_fails_with_its_message():
    assert only(raise_source_error).reason == "SourceError: line 3 has no key"


def raise_source_error(_: int) -> None:
    raise SourceError("line 3 has no key")


@pytest.mark.parametrize("code", [0, 3])
def test_a_job_that_exits_fails(code: int):
    assert only(sys.exit, code).reason == f"its process ended with status {code}"
    assert only(os._exit, code).reason == f"its process ended with status {code}"


def test_a_job_that_kills_itself_fails():
    assert only(kill_self, signal.SIGKILL).reason == "its process was killed by signal 9 (Killed)"
    assert "signal 11" in only(kill_self, signal.SIGSEGV).reason


def kill_self(number: int) -> None:
    faulthandler.disable()
    os.kill(os.getpid(), number)


def test_jobs_that_hang_in_any_way_are_killed():
    jobs = ["sleep", "ignore signals", "stop", "stop while sending"]
    with Pool(len(jobs), SOON_S) as pool:
        found = list(pool.run(hang, jobs))
        assert [done.result for done in pool.run(double, [1])] == [2]
    assert sorted(one.job for one in found) == sorted(jobs)
    for one in found:
        assert one == Failed(job=one.job, reason=f"it passed the limit of {SOON_S:g} s", timed_out=True)


def hang(how: str) -> object:
    if how == "stop while sending":
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGSTOP)).start()
        return SlowToSend()
    if how == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    if how == "ignore signals":
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(1)


class SlowToSend:
    """Takes its time to be pickled, so that the process stops before the result is sent."""

    def __reduce__(self) -> tuple[type, tuple[bytes]]:
        time.sleep(0.5)
        return bytes, (b"x" * 10_000_000,)


def test_a_job_that_closes_its_channel_fails():
    assert only(close_everything).reason == "its process closed its channel"


def close_everything(_: int) -> None:
    os.closerange(3, 256)
    time.sleep(3600)


def test_a_result_that_cannot_be_sent_fails():
    assert only(return_unpicklable).reason.startswith("the result cannot be sent: ")
    assert only(return_deep).reason == "the result cannot be sent: RecursionError"


def return_unpicklable(_: int) -> Any:
    return lambda: None


def return_deep(_: int) -> Any:
    nest: list[Any] = []
    for _depth in range(100_000):
        nest = [nest]
    return nest


class UnreadableError(Exception):
    """Pickles, and does not come back: a plain exception with another signature."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


def test_a_result_that_cannot_be_read_fails():
    assert only(return_unreadable).reason == "the result cannot be read: TypeError"


def return_unreadable(_: int) -> Any:
    return UnreadableError("a", "b")


def test_a_job_that_cannot_be_sent_is_never_started():
    (outcome, done) = sorted(outcomes(double, [lambda: None, 1]), key=lambda one: isinstance(one, Done))
    assert outcome.reason == "the job cannot be sent"
    assert done == Done(job=1, result=2)


def test_a_job_that_cannot_be_read_fails():
    assert only(double, UnreadableError("a", "b")).reason == "TypeError"


def test_a_function_that_cannot_be_named_is_the_callers_mistake():
    with Pool(1, LIMIT_S) as pool, pytest.raises((pickle.PicklingError, AttributeError)):
        next(pool.run(lambda job: job, [1]))


def test_a_megabyte_goes_both_ways():
    job = b"x" * 3_000_000
    assert only(operator.itemgetter(slice(None)), job).result == job


def test_a_result_beyond_any_reason_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("assay.workers._channel.MAX_MESSAGE_BYTES", 1000)
    assert isinstance(only(operator.itemgetter(slice(None)), b"x" * 2000, limit_s=5), Failed)


def test_what_a_job_prints_reaches_nobody(capfd: pytest.CaptureFixture[str]):
    assert only(shout).result == 7
    assert capfd.readouterr() == ("", "")


def shout(_: int) -> int:
    print("to the file")  # noqa: T201 - what is tested
    os.write(1, b"to the descriptor")
    subprocess.run(["echo", "from a child"], check=True)
    return 7


def test_a_job_finds_no_input():
    assert only(read_input).result == b""


def read_input(_: int) -> bytes:
    return os.read(0, 10)


def test_a_job_finds_no_handlers_of_the_parent():
    previous = signal.signal(signal.SIGTERM, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    try:
        assert only(signal_state).result == (signal.SIG_DFL, signal.SIG_IGN, set())
    finally:
        signal.signal(signal.SIGTERM, previous)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})


def signal_state(_: int) -> Any:
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), mask


def test_a_process_that_dies_while_idle_is_replaced():
    with Pool(1, LIMIT_S) as pool:
        (first,) = pool.run(process_id, [0])
        os.kill(first.result, signal.SIGKILL)
        time.sleep(0.1)
        (second,) = pool.run(process_id, [0])
    assert isinstance(second, Done)
    assert second.result != first.result


def test_many_bad_jobs_among_good_ones():
    jobs = list(range(60))
    found = outcomes(sometimes_die, jobs, size=3)
    assert sorted(one.job for one in found) == jobs
    assert {one.job for one in found if isinstance(one, Failed)} == {job for job in jobs if job % 7 == 0}


def sometimes_die(job: int) -> int:
    if job % 7 == 0:
        os._exit(1)
    return job


def test_the_callers_pauses_do_not_count():
    with Pool(2, SOON_S) as pool:
        run = pool.run(big_after, [0.0, 0.1])
        found = [next(run)]
        time.sleep(SOON_S + 0.5)
        found += run
    assert [type(outcome) for outcome in found] == [Done] * 2


def big_after(delay_s: float) -> bytes:
    time.sleep(delay_s)
    return b"x" * 2_000_000


def test_a_run_that_is_left_kills_its_jobs_and_keeps_the_pool():
    with Pool(2, LIMIT_S) as pool:
        run = pool.run(sleep_if_large, [0, 3600])
        assert next(run).job == 0
        run.close()
        assert len(multiprocessing.active_children()) == 1
        assert [done.result for done in pool.run(double, [4])] == [8]


def sleep_if_large(job: int) -> int:
    time.sleep(job)
    return job


def test_jobs_that_raise_end_the_run():
    def jobs() -> Iterator[int]:
        yield 1
        raise LookupError

    with Pool(2, LIMIT_S) as pool, pytest.raises(LookupError):
        list(pool.run(double, jobs()))


def test_initialize_runs_once_in_every_process():
    with Pool(2, LIMIT_S, initialize=functools.partial(os.putenv, "ASSAY_TEST", "set")) as pool:
        assert [done.result for done in pool.run(read_variable, [0])] == ["set\n"]


def read_variable(_: int) -> str:
    return subprocess.run(["printenv", "ASSAY_TEST"], check=False, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    ("initialize", "error", "message"),
    [
        (functools.partial(math.sqrt, -1), WorkerError, "a worker cannot start: ValueError"),
        (functools.partial(os._exit, 4), WorkerError, "a worker cannot start: its process ended with status 4"),
        (
            functools.partial(time.sleep, 3600),
            WorkerTimeoutError,
            "a worker cannot start: it passed the limit of 3 s",
        ),
    ],
)
def test_an_initialize_that_fails_ends_the_run(initialize: Any, error: type, message: str):
    with Pool(2, SOON_S, initialize=initialize) as pool, pytest.raises(error) as caught:
        list(pool.run(double, [1, 2, 3]))
    assert str(caught.value) == message


def test_the_last_words_of_a_process_are_read_though_it_takes_nothing_more():
    """It fails to initialize and is gone before the job, which is large, was written."""
    with Pool(1, LIMIT_S, initialize=functools.partial(math.sqrt, -1)) as pool:
        worker = Worker(pool._setup)
        while worker.process.exitcode is None:
            time.sleep(0.01)
        assert not worker.take(b"x" * 5_000_000)
        assert [answer for _, answer in wait([worker])] == [Lost(reason="ValueError")]
        worker.end()


def test_a_process_that_is_interrupted_at_its_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", interrupt)
    with Pool(1, LIMIT_S) as pool, pytest.raises(KeyboardInterrupt):
        list(pool.run(double, [1]))


def test_a_limit_may_be_longer_than_poll_can_count():
    with Pool(1, 1e7) as pool:
        assert [done.result for done in pool.run(double, [1])] == [2]


def test_a_process_that_cannot_be_started_is_an_error(monkeypatch: pytest.MonkeyPatch):
    def refuse(_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse)
    with Pool(1, LIMIT_S) as pool, pytest.raises(WorkerError, match="a worker cannot start: Resource temporarily"):
        list(pool.run(double, [1]))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces RLIMIT_AS")
def test_a_job_that_takes_too_much_memory_fails():
    with Pool(1, LIMIT_S, memory_bytes=1 << 30) as pool:
        (outcome,) = pool.run(bytearray, [2 << 30])
        assert outcome == Failed(job=2 << 30, reason="MemoryError")
        assert [done.result for done in pool.run(double, [1])] == [2]


SPAWNING = """
import operator, threading
from assay.workers import Pool

if __name__ == "__main__":
    stop = threading.Event()
    threading.Thread(target=stop.wait).start()
    with Pool(1, 60) as pool:
        print([done.result for done in pool.run(operator.neg, [1, 2])])
    stop.set()
"""


def test_processes_are_spawned_where_other_threads_run(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(SPAWNING)
    ran = subprocess.run([sys.executable, "-W", "error", script], capture_output=True, check=True)
    assert (ran.stdout, ran.stderr) == (b"[-1, -2]\n", b"")


STARTING_SLOWLY = (
    SPAWNING.replace("Pool(1, 60)", "Pool(1, 1)")
    + """
if __name__ == "__mp_main__":
    __import__("time").sleep(1.5)
"""
)


def test_what_a_spawned_process_takes_to_start_is_not_the_jobs_time(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(STARTING_SLOWLY)
    ran = subprocess.run([sys.executable, "-W", "error", script], capture_output=True, check=True)
    assert (ran.stdout, ran.stderr) == (b"[-1, -2]\n", b"")


def test_the_size_is_what_this_process_may_use():
    assert Pool().size == available_cpus() >= 1


def test_the_size_is_known_where_there_is_no_affinity(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert available_cpus() == os.cpu_count()


PARENT = """
import os, pathlib, signal, sys, time
from assay.workers import Pool

# A process that was started in the background of a shell ignores Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

def job(number):
    pathlib.Path(sys.argv[1], str(os.getpid())).touch()
    time.sleep(0 if number < 2 else 3600 if sys.argv[2] == "hang" else 0.5)
    return number

if __name__ == "__main__":
    with Pool(2, 60) as pool:
        for done in pool.run(job, range(4)):
            pass
"""


def _started(folder: Path, how: str) -> subprocess.Popen[bytes]:
    script = folder / "parent.py"
    script.write_text(PARENT)
    marks = folder / "marks"
    marks.mkdir()
    process = subprocess.Popen([sys.executable, script, marks, how], stderr=subprocess.PIPE, start_new_session=True)
    while len(list(marks.iterdir())) < 2:
        time.sleep(0.02)
    time.sleep(0.1)
    return process


def _ended(folder: Path) -> bool:
    """Return whether every worker is gone within a few seconds."""
    for _ in range(200):
        if not any(Path("/proc", mark.name).exists() for mark in (folder / "marks").iterdir()):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
class TestAParentThatEnds:
    def test_ctrl_c_ends_all_and_says_so_once(self, tmp_path: Path):
        parent = _started(tmp_path, "hang")
        os.killpg(parent.pid, signal.SIGINT)
        _, stderr = parent.communicate(timeout=20)
        assert stderr.count(b"Traceback") == 1
        assert b"KeyboardInterrupt" in stderr
        assert _ended(tmp_path)

    def test_kill_9_of_the_parent_ends_idle_and_working_processes(self, tmp_path: Path):
        parent = _started(tmp_path, "work")
        parent.kill()
        _, stderr = parent.communicate(timeout=20)
        assert stderr == b""
        assert _ended(tmp_path)
