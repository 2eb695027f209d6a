"""What is judged: a change between two trees, and the commits that carry it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assay.model.jcs import canonical


class ChangeStatus(StrEnum):
    """What happened to one file, in git's terms."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"
    TYPE_CHANGED = "type_changed"


class FileMode(StrEnum):
    """The modes a Git tree entry can have."""

    REGULAR = "100644"
    EXECUTABLE = "100755"
    SYMLINK = "120000"
    SUBMODULE = "160000"
    ABSENT = "000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """One file of a change. A path that is not UTF-8 is written with escapes, as git quotes it, so it stays text."""

    path: str
    old_path: str
    """Same as `path` unless renamed."""
    status: ChangeStatus
    added: int | None
    """Lines added; None for a binary file."""
    deleted: int | None
    old_mode: FileMode
    new_mode: FileMode
    old_blob: str | None
    """Object id at the base; None when added."""
    new_blob: str | None
    """Object id at the head; None when deleted."""
    services: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A name and an e-mail address as a commit states them."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit of a change, its message taken apart."""

    id: str
    parents: tuple[str, ...]
    author: Identity
    committer: Identity
    authored_at: str
    """RFC 3339, UTC."""
    committed_at: str
    message: str
    """Whole, as text; bytes that are not UTF-8 are replaced."""
    signed: bool
    """Whether the commit carries a signature; whether it verifies is for policy to ask."""
    trailers: tuple[tuple[str, str], ...] = ()
    """In order, the key as written (`git interpret-trailers --parse`)."""

    @property
    def subject_line(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]

    @property
    def coauthors(self) -> tuple[str, ...]:
        """The values of the `Co-authored-by` trailers."""
        return tuple(value for key, value in self.trailers if key.lower() == "co-authored-by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a statement is about: a name and its digests, as in-toto writes them."""

    name: str
    digest: Mapping[str, str]
    """Algorithm to lower-case hex; `sha256` is always there."""

    @property
    def sha256(self) -> str:
        """The digest by which statements about this subject are found."""
        return self.digest["sha256"]


def change_subject(base_tree: str, head_tree: str) -> Subject:
    """Return the subject of a change between two trees; it survives a squash while the base stands."""
    digest = hashlib.sha256(canonical({"base_tree": base_tree, "head_tree": head_tree})).hexdigest()
    return Subject(name="change", digest={"sha256": digest, "gitTree": head_tree})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The change from one tree to another. `base_commit` is None where the base is the empty tree."""

    base_tree: str
    head_tree: str
    base_commit: str | None
    head_commit: str | None
    """None where the head is the index or the work tree."""
    files: tuple[ChangedFile, ...]
    commits: tuple[Commit, ...]
    """Oldest first."""
    introduced: tuple[tuple[str, str, str], ...] = field(default=())
    """(commit, path, blob) for blobs that a commit of the range brings and the head tree no longer has there."""
    touched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Commit id to the paths it touches. A commit that is not there may touch any file of the change."""

    @property
    def subject(self) -> Subject:
        """The subject of this change."""
        return change_subject(self.base_tree, self.head_tree)
