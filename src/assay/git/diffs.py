"""Differences between trees, from streams of `git diff-tree`.

Attributes do not count: git is run away from any work tree and without an index, so that a change cannot call its own
files binary (`-diff`) and be measured as no lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assay.git._run import Git
from assay.git.paths import path_text
from assay.model.subject import ChangedFile, ChangeStatus, FileMode

# Pairs up to this number of files on each side are compared for renames by content; git takes about two seconds then.
# Above it only files that did not change at all are followed.
RENAME_LIMIT = 400

_OPTIONS = ("-r", "-z", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")

_STATUS = {
    "A": ChangeStatus.ADDED,
    "D": ChangeStatus.DELETED,
    "M": ChangeStatus.MODIFIED,
    "R": ChangeStatus.RENAMED,
    "T": ChangeStatus.TYPE_CHANGED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What one commit puts at one path, where no parent of it has that."""

    commit: str
    path: str
    blob: str | None
    """None where it puts no file there: it takes one away, or puts a submodule."""


def changed_files(git: Git, base_tree: str, head_tree: str) -> tuple[ChangedFile, ...]:
    """Return the files that differ, renames followed, in git's order (by path)."""
    options = (*_OPTIONS, "--numstat", "-M", f"-l{RENAME_LIMIT}")
    records = git.records("diff-tree", *options, "--end-of-options", base_tree, head_tree)
    raw: list[_Raw] = []
    counts: dict[bytes, tuple[int | None, int | None]] = {}
    for record in records:
        if record.startswith(b":"):
            raw.append(_raw(record, records))
        else:
            added, deleted, path = record.split(b"\t", 2)
            if not path:
                next(records)
                path = next(records)
            counts[path] = (_lines(added), _lines(deleted))
    return tuple(_changed_file(entry, *counts[entry.path]) for entry in raw)


def brought_blobs(git: Git, commits: Iterable[str]) -> Iterator[Brought]:
    """Yield what commits bring, commit by commit.

    Of a merge, those that stand in none of its parents: what its resolution wrote, not what it merged in.
    """
    options = (*_OPTIONS, "-c", "--root", "--no-renames", "--stdin")
    records = git.records("diff-tree", *options, stdin="".join(f"{commit}\n" for commit in commits).encode())
    commit = ""
    for record in records:
        if not record.startswith(b":"):
            commit = record.decode()
            continue
        parents = len(record) - len(record.lstrip(b":"))
        fields = record[parents:].split(b" ")
        mode, blob = fields[parents].decode(), fields[2 * parents + 1].decode()
        path = next(records)
        is_blob = mode not in {FileMode.ABSENT, FileMode.SUBMODULE}
        yield Brought(commit=commit, path=path_text(path), blob=blob if is_blob else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    """One record of `--raw` (git-diff-tree(1), "Raw output format")."""

    old_mode: FileMode
    new_mode: FileMode
    old_blob: str
    new_blob: str
    status: ChangeStatus
    old_path: bytes
    path: bytes


def _raw(record: bytes, records: Iterator[bytes]) -> _Raw:
    old_mode, new_mode, old_blob, new_blob, status = record[1:].decode("ascii").split(" ")
    old_path = next(records)
    return _Raw(
        old_mode=FileMode(old_mode),
        new_mode=FileMode(new_mode),
        old_blob=old_blob,
        new_blob=new_blob,
        status=_STATUS[status[0]],
        old_path=old_path,
        path=next(records) if status.startswith("R") else old_path,
    )


def _changed_file(raw: _Raw, added: int | None, deleted: int | None) -> ChangedFile:
    if FileMode.SUBMODULE in {raw.old_mode, raw.new_mode}:
        added = deleted = None  # git counts the line that names the commit.
    return ChangedFile(
        path=path_text(raw.path),
        old_path=path_text(raw.old_path),
        status=raw.status,
        added=added,
        deleted=deleted,
        old_mode=raw.old_mode,
        new_mode=raw.new_mode,
        old_blob=None if raw.old_mode is FileMode.ABSENT else raw.old_blob,
        new_blob=None if raw.new_mode is FileMode.ABSENT else raw.new_blob,
    )


def _lines(count: bytes) -> int | None:
    return None if count == b"-" else int(count)
