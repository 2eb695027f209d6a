"""Carrying out a plan: in this process where it is small, else in processes that can be killed.

Trusted: nothing that is read; a worker may die of any file. If lost: the files of a dead worker would count as clean.
So a batch that is lost is tried again file by file, and a file that is lost again is an error of every family that it
concerns.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from secrets import token_bytes

from assay.config.schema import Config
from assay.errors import MissingObjectError
from assay.git import ObjectReader, Repository
from assay.inspectors import registry
from assay.inspectors._base import CommitInspector, FileInspector, Preparable
from assay.inspectors._looking import FileReport, Looking, Target
from assay.inspectors._messages import Messages, Reading
from assay.inspectors._plan import Plan

# Starting processes, and git in each, costs about as much as looking at this many files or bytes.
FEW_FILES = 200
FEW_BYTES = 8 << 20

# A batch is small so that a crash costs little to repeat, and no single file, as each job costs a message both ways.
BATCH_FILES = 16

# The slowest pattern engine reads tens of megabytes a second: room for a file of several gigabytes.
JOB_LIMIT_S = 120.0

# An inspector that swells must not take the machine with it. Of address space, which is more than the memory in use.
WORKER_MEMORY_BYTES = 4 << 30

Job = Messages | tuple[Target, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every process needs to know."""

    repository: Repository
    config: Config
    families: tuple[str, ...]
    tag_key: bytes | None = field(default=None, repr=False)
    cache: Path | None = None
    run_key: bytes = field(default_factory=partial(token_bytes, 32), repr=False)

    @property
    def file_inspectors(self) -> tuple[FileInspector, ...]:
        """The chosen families that read files, ready to work."""
        found = tuple(registry.file_inspector(name) for name in self.families if name in registry.FILE_FAMILIES)
        for inspector in found:
            if self.cache is not None and isinstance(inspector, Preparable):
                _prepare(inspector, self.cache)
        return found

    @property
    def commit_inspectors(self) -> tuple[CommitInspector, ...]:
        """The chosen families that read commits."""
        return tuple(registry.commit_inspector(name) for name in self.families if name in registry.COMMIT_FAMILIES)


class Work:
    """What one process does: its inspectors, and its reader of objects."""

    def __init__(self, setting: Setting, reader: ObjectReader) -> None:
        key, files = setting.tag_key, setting.file_inspectors
        self.looking = Looking(
            families=files, reader=reader, check=setting.config.check, run_key=setting.run_key, tag_key=key
        )
        self.reading = Reading(
            families=setting.commit_inspectors, file_families=files, config=setting.config, tag_key=key
        )

    def do(self, job: Job) -> tuple[FileReport, ...]:
        """Return what became of everything in `job`."""
        if isinstance(job, Messages):
            return (self.reading.messages(job),)
        return tuple(map(self.looking.file, job))

    def lost(self, job: Job, reason: str) -> tuple[FileReport, ...]:
        """Return the same for a job that was lost."""
        if isinstance(job, Messages):
            return (self.reading.lost(reason),)
        return tuple(self.looking.lost(target, reason) for target in job)


def reports(plan: Plan, setting: Setting, *, pool_size: int | None) -> Iterator[FileReport]:
    """Yield what became of every target of `plan`, in no order, and of its commits.

    `pool_size` None chooses by the size of the plan; 0 means this process.
    """
    targets = chain(plan.files, plan.history)
    with setting.repository.objects() as reader:
        work = Work(setting, reader)
        first = list(islice(targets, FEW_FILES + 1))
        messages: tuple[Job, ...] = (plan.messages,)
        jobs = chain(messages, _batches(chain(first, targets)))
        if pool_size == 0 or (pool_size is None and _is_small(first, reader)):
            for job in jobs:
                yield from work.do(job)
            return
    # The reader is closed by now, for a forked worker would keep its pipes open; the inspectors are ready, so that
    # workers share what they opened.
    yield from _spread(jobs, work, setting, pool_size)


def _spread(jobs: Iterable[Job], work: Work, setting: Setting, pool_size: int | None) -> Iterator[FileReport]:
    from assay.workers import Done, Pool

    begin = partial(_begin, setting)
    again: list[Job] = []
    with Pool(pool_size, JOB_LIMIT_S, initialize=begin, memory_bytes=WORKER_MEMORY_BYTES) as pool:
        for done in pool.run(_serve, jobs):
            if isinstance(done, Done):
                yield from done.result
            elif isinstance(done.job, Messages) or len(done.job) == 1:
                yield from work.lost(done.job, done.reason)
            else:
                again += ((target,) for target in done.job)
        for done in pool.run(_serve, again):
            yield from done.result if isinstance(done, Done) else work.lost(done.job, done.reason)


def _batches(targets: Iterable[Target]) -> Iterator[tuple[Target, ...]]:
    iterator = iter(targets)
    while batch := tuple(islice(iterator, BATCH_FILES)):
        yield batch


def _is_small(targets: list[Target], reader: ObjectReader) -> bool:
    return len(targets) <= FEW_FILES and sum(_size(target, reader) for target in targets) <= FEW_BYTES


def _size(target: Target, reader: ObjectReader) -> int:
    if target.skip is not None:
        return 0
    try:
        return reader.info(target.head).size if isinstance(target.head, str) else target.head.size
    except MissingObjectError:
        return 0


# What this process works with, if it is a worker.
_working: list[Work] = []


def _begin(setting: Setting) -> None:
    _working[:] = [Work(setting, setting.repository.objects())]


def _serve(job: Job) -> tuple[FileReport, ...]:
    return _working[0].do(job)


@cache
def _prepare(inspector: Preparable, folder: Path) -> None:
    """Prepare an inspector once: a forked worker finds it done."""
    inspector.prepare(folder)
