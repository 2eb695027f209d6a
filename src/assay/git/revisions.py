"""Names of commits: resolving what a person wrote, and saying what to do when it names nothing."""

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assay.errors import MissingObjectError, RepositoryError, UnbornBranchError, UnrelatedHistoriesError, UsageError
from assay.git._failure import failure
from assay.git._run import Git

_FULL_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# Git takes these for what they are, whatever refs somebody has called by the same name.
_UNMISTAKABLE = re.compile(rf"(?:HEAD|@|{_FULL_ID.pattern})(?![\w.-])")
_OF_HEAD = re.compile(r"(?:HEAD|@)(?:[~^]|$)")

# Comparing a name with more takes seconds; the offer is a convenience.
MAX_NAMES = 5_000

DEEPEN = "the clone is shallow; bring its history with: git fetch --unshallow (or: git fetch --depth=N origin <branch>)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """Resolves revisions in one repository."""

    git: Git
    shallow_file: Path
    """Lists the commits at which a shallow clone's history is cut off."""

    @property
    def is_shallow(self) -> bool:
        """Whether history is cut off anywhere."""
        return bool(self.shallow_edge())

    def shallow_edge(self) -> frozenset[str]:
        """Return the commits whose parents this clone does not have."""
        try:
            return frozenset(self.shallow_file.read_text("ascii", "replace").split())
        except FileNotFoundError:
            return frozenset()

    def commit(self, revision: str) -> str:
        """Return the id of the commit that `revision` names. Raises `UsageError` with names that are close."""
        return self._resolve(revision, "commit")

    def tree(self, revision: str) -> str:
        """Return the id of the tree that `revision` names. Raises `UsageError` with names that are close."""
        return self._resolve(revision, "tree")

    def head(self) -> str:
        """Return the commit of HEAD. Raises `UnbornBranchError` before the first commit."""
        commit = self.head_if_born()
        if commit is None:
            branch = self.current_branch()
            raise UnbornBranchError(f"{branch} has no commit yet", hint="make the first commit, then run this again")
        return commit

    def head_if_born(self) -> str | None:
        """Return the commit of HEAD, or None before the first commit."""
        found = self.git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if found.code == 0:
            return _text(found.stdout)
        named = self.git.run("rev-parse", "--verify", "--quiet", "HEAD")
        if named.stdout:
            raise MissingObjectError(
                f"HEAD is commit {_text(named.stdout)}, which this clone lacks", hint="see: git fsck"
            )
        if self.current_branch() is None:
            raise RepositoryError("HEAD names neither a commit nor a branch", hint="see: git fsck")
        return None

    def first_parent(self, commit: str, generations: int = 1) -> str | None:
        """Return the first parent, or its, so many generations back; None before the root.

        Raises `MissingObjectError` where a shallow clone ends before that.
        """
        found = self.git.run("rev-parse", "--verify", "--quiet", f"{commit}~{generations}")
        if found.code and self.is_shallow:
            raise MissingObjectError(f"this clone does not reach {generations} commits before {commit}", hint=DEEPEN)
        return _text(found.stdout) or None

    def current_branch(self) -> str | None:
        """Return the full name of the branch HEAD is on; None when it is detached."""
        return _text(self.git.run("symbolic-ref", "--quiet", "HEAD").stdout) or None

    def upstream(self, branch: str) -> str | None:
        """Return the full name of the ref that `branch` (a full name) follows, or None."""
        name = branch.removeprefix("refs/heads/")
        return _text(self.git.run("rev-parse", "--symbolic-full-name", f"{name}@{{upstream}}").stdout) or None

    def merge_base(self, one: str, other: str) -> str:
        """Return the best common ancestor of two commits, the first where there are several.

        Raises `UnrelatedHistoriesError`, or `MissingObjectError` where the clone is too shallow to tell.
        """
        found = self.git.run("merge-base", "--end-of-options", one, other)
        if found.code == 0:
            return _text(found.stdout)
        if found.code > 1:
            raise failure("merge-base", found.code, found.stderr)
        if self.is_shallow:
            raise MissingObjectError(f"this clone has no common ancestor of {one} and {other}", hint=DEEPEN)
        raise UnrelatedHistoriesError(
            f"{one} and {other} share no ancestor", hint="give the two sides as A..B to compare them as they are"
        )

    def is_ancestor(self, one: str, other: str) -> bool:
        """Return whether `other` can reach `one`."""
        found = self.git.run("merge-base", "--is-ancestor", "--end-of-options", one, other)
        if found.code not in {0, 1}:
            raise failure("merge-base", found.code, found.stderr)
        return found.code == 0

    def _resolve(self, revision: str, kind: str) -> str:
        if not revision or revision[0] in "-^" or "\0" in revision:
            raise UsageError(f"expected a revision, found {revision!r}", hint="a branch, a tag, or a commit id")
        found = self.git.run("rev-parse", "--verify", "--end-of-options", f"{revision}^{{{kind}}}")
        if b"is ambiguous" in found.stderr and not _UNMISTAKABLE.match(revision):
            raise UsageError(
                f"{revision!r} names more than one thing; git would take a tag before a branch, and both before an id",
                hint="write it whole: refs/heads/..., refs/tags/..., or all digits of the id",
            )
        if found.code == 0:
            return _text(found.stdout)
        if b"Needed a single revision" not in found.stderr:
            raise failure("rev-parse", found.code, found.stderr)
        if _OF_HEAD.match(revision):
            self.head()  # Before the first commit, that is what there is to say.
        raise self._unknown(revision, kind)

    def _unknown(self, revision: str, kind: str) -> RepositoryError | UsageError:
        if self.is_shallow and (_FULL_ID.fullmatch(revision) or re.search(r"[~^]", revision)):
            return MissingObjectError(f"this clone does not reach {revision}", hint=DEEPEN)
        if _FULL_ID.fullmatch(revision):
            return MissingObjectError(f"this clone has no {kind} {revision}", hint="bring it with: git fetch")
        names = _text(self.git.output("for-each-ref", f"--count={MAX_NAMES}", "--format=%(refname:short)")).split("\n")
        hint = close_names(revision, [*names, "HEAD"]) or "see: git branch --all, git tag"
        return UsageError(f"{revision!r} names no {kind} in this repository", hint=hint)


def close_names(wanted: str, names: Iterable[str]) -> str | None:
    """Return a question that offers the names most like `wanted`, or None where none is."""
    close = difflib.get_close_matches(wanted, list(names), n=3)
    return f"did you mean {' or '.join(close)}?" if close else None


def _text(output: bytes) -> str:
    return os.fsdecode(output).removesuffix("\n")
