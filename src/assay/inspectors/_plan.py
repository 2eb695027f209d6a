"""What is to be looked at: the targets of a change or of a list of files, and the commits that carry it."""

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assay.config.schema import CheckConfig
from assay.git import TreeEntry, WorktreeFile
from assay.git.trees import TreeLookup
from assay.inspectors._looking import Target
from assay.inspectors._messages import Messages
from assay.inspectors.scope import changed_file_skip, file_skip, in_scope
from assay.model.subject import Change, ChangedFile, FileMode

_FILES = {FileMode.REGULAR, FileMode.EXECUTABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What inspectors are given."""

    files: Iterable[Target]
    """At the head. Read once, and lazily where they are listed lazily."""
    messages: Messages
    history: tuple[Target, ...] = ()
    """What only earlier commits of the range hold, in their order."""
    total: int | None = None
    """How many targets there are, where that is known beforehand."""
    adds_text: frozenset[str] = frozenset()
    """Paths with lines that the change adds: where nothing was read of any of them, something is wrong."""


def plan_change(change: Change, check: CheckConfig, trees: TreeLookup) -> Plan:
    """Return what is to be looked at of a change: its files, its commits, and what these bring and do not keep."""
    files = [_changed(file, check) for file in change.files]
    history = tuple(_introduced(change, check, trees))
    looked_at = {target.path for target in files if target.skip is None}
    return Plan(
        files=files,
        history=history,
        messages=_messages(change),
        total=len(files) + len(history),
        adds_text=frozenset(file.path for file in change.files if file.added and file.path in looked_at),
    )


def plan_files(files: Iterable[TreeEntry | WorktreeFile], check: CheckConfig) -> Plan:
    """Return what is to be looked at of files as they are: everything in them counts as new."""
    return Plan(files=(_listed(file, check) for file in files), messages=Messages(commits=()))


def _changed(file: ChangedFile, check: CheckConfig) -> Target:
    return Target(
        path=file.path,
        head=file.new_blob or "",
        old_path=file.old_path,
        base=file.old_blob if file.old_mode in _FILES else None,
        skip=changed_file_skip(file, check),
    )


def _listed(file: TreeEntry | WorktreeFile, check: CheckConfig) -> Target:
    head = file.blob if isinstance(file, TreeEntry) else file
    return Target(path=file.path, head=head, skip=file_skip(file.path, file.mode, check))


def _introduced(change: Change, check: CheckConfig, trees: TreeLookup) -> Iterator[Target]:
    """Yield the blobs that only the history of the change holds; what the base had at that path is not new in them."""
    at_head = {file.new_blob for file in change.files}
    known = {file.old_path: (file.old_path, file.old_blob) for file in change.files if file.old_mode in _FILES}
    known |= {file.path: (file.old_path, file.old_blob) for file in change.files if file.old_mode in _FILES}
    for commit, path, blob in change.introduced:
        if blob not in at_head and in_scope(path, check):
            old_path, base = known.get(path) or (path, _file_at(trees, change.base_tree, path))
            yield Target(path=path, head=blob, old_path=old_path, base=base, commit=commit)


def _file_at(trees: TreeLookup, tree: str, path: str) -> str | None:
    entry = trees.entry(tree, path)
    return entry[1] if entry and stat.S_ISREG(entry[0]) else None


def _messages(change: Change) -> Messages:
    everything = tuple(file.path for file in change.files)
    return Messages(commits=tuple((commit, change.touched.get(commit.id, everything)) for commit in change.commits))
