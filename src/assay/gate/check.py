"""Inspectors alone, for hooks and editors: nothing is recorded and nothing is decided.

The configuration is the target's, as it is for a gate, so that a hook and the gate agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assay.errors import UnbornBranchError
from assay.gate.message import draft_commit
from assay.gate.request import Progress
from assay.gate.tags import tag_key
from assay.gate.target import Target, find_target, name_of
from assay.git import Repository
from assay.inspectors.registry import all_rules
from assay.inspectors.run import Inspected, inspect_change, inspect_files
from assay.model.report import Report
from assay.model.subject import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What to look at: the index, a range, a message, or files of the work tree (all, where none is named)."""

    repository: Repository
    state: Path
    paths: tuple[Path, ...] = ()
    staged: bool = False
    range: str | None = None
    message: Path | None = None
    """A file with the message of the commit that is about to be made of the index."""
    only: tuple[str, ...] = ()
    """Families; none means all."""
    progress: Progress | None = field(default=None, repr=False)


def check(request: CheckRequest) -> Report:
    """Inspect what `request` names. Raises `EmptyRangeError` where a change is empty."""
    target = find_target(request.repository, base=_head(request.repository), head=None)
    change, scope = _change(request)
    inspected = _inspected(request, target, change)
    return Report(
        repository=name_of(request.repository),
        scope=scope,
        inspection=inspected.inspection,
        rules=all_rules(request.only or None),
        threshold=target.config.check.threshold,
        required=tuple(family for family in target.config.gate.required if not request.only or family in request.only),
        excerpts=inspected.excerpts,
        change=change,
        notices=tuple(target.notices()),
    )


def _inspected(request: CheckRequest, target: Target, change: Change | None) -> Inspected:
    repository, config, only = request.repository, target.config, request.only or None
    tags, cache, progress = tag_key(config), request.state / "cache", request.progress
    if change is not None:
        return inspect_change(
            change, repository=repository, config=config, only=only, tag_key=tags, cache=cache, progress=progress
        )
    files = repository.worktree_files(request.paths)
    return inspect_files(
        files, repository=repository, config=config, only=only, tag_key=tags, cache=cache, progress=progress
    )


def _change(request: CheckRequest) -> tuple[Change | None, str]:
    repository = request.repository
    if request.message is not None:
        return draft_commit(repository, request.message), "commit message"
    if request.staged:
        return repository.staged_change(), "staged changes"
    if request.range is not None:
        return repository.range_change(request.range), request.range
    return None, _scope_of(request.paths)


def _scope_of(paths: Sequence[Path]) -> str:
    match len(paths):
        case 0:
            return "the work tree"
        case 1:
            return "1 path"
        case count:
            return f"{count} paths"


def _head(repository: Repository) -> str | None:
    try:
        return repository.head()
    except UnbornBranchError:
        return None
