"""Branches that changes are merged into.

A remote-tracking branch goes before the local branch of the same name: the local one is as old as its last pull.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from assay.errors import UsageError
from assay.git._run import Git
from assay.git.revisions import close_names

_LOCAL = "refs/heads/"
_REMOTE = "refs/remotes/"
_USUAL_NAMES = ("main", "master")
_REMOTE_HEAD = re.compile(r"refs/remotes/[^/]+/HEAD")


def short_name(ref: str) -> str:
    """Return a full ref name as people write it: `origin/main`, `main`."""
    return ref.removeprefix(_LOCAL).removeprefix(_REMOTE).removeprefix("refs/tags/")


def branch_name(ref: str) -> str:
    """Return the name of the branch itself, without its remote: `main` for `refs/remotes/origin/main`."""
    return ref.removeprefix(_REMOTE).partition("/")[2] if ref.startswith(_REMOTE) else ref.removeprefix(_LOCAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """Looks for branches by name in one repository."""

    git: Git

    def default(self) -> str | None:
        """Return the full name of the branch that changes are merged into, or None where it cannot be told.

        What the remote calls its HEAD, else `main` or `master` there, else those locally, else the only branch there
        is. In a clone of a remote that one is as likely the branch with the change.
        """
        refs = self._list("refs/heads", "refs/remotes")
        remote = [f"{_REMOTE}{remote}/{name}" for remote in _remotes(refs) for name in ("HEAD", *_USUAL_NAMES)]
        for candidate in (*remote, *(_LOCAL + name for name in _USUAL_NAMES)):
            if candidate in refs:
                return refs[candidate] or candidate
        return next((ref for ref in refs if len(refs) == 1 and ref.startswith(_LOCAL)), None)

    def find(self, name: str) -> str:
        """Return the full name of the branch a person calls `name`: `main`, `origin/main` or `refs/heads/main`.

        Raises `UsageError` where there is none.
        """
        refs = self._list("refs/heads", "refs/remotes")
        # `origin/main` is the branch of a remote before it is a branch that somebody pushed under that name.
        wanted = [name, _REMOTE + name, *(f"{_REMOTE}{remote}/{name}" for remote in _remotes(refs)), _LOCAL + name]
        for ref in wanted:
            if ref in refs:
                return refs[ref] or ref
        raise UsageError(
            f"there is no branch {name!r} in this repository",
            hint=close_names(name, map(short_name, refs)) or f"bring it with: git fetch origin {name}",
        )

    def _list(self, *patterns: str) -> dict[str, str]:
        """Return full ref names; the value is what the ref points to where it is symbolic.

        A remote's HEAD that is not symbolic is a branch that somebody pushed under that name, and left out.
        """
        listed = os.fsdecode(self.git.output("for-each-ref", "--format=%(refname) %(symref)", *patterns))
        pairs = (line.split(" ", 1) for line in listed.split("\n") if line)
        return {ref: symbolic for ref, symbolic in pairs if symbolic or not _REMOTE_HEAD.fullmatch(ref)}


def _remotes(refs: Iterable[str]) -> list[str]:
    """Return the names of the remotes that have branches, `origin` first."""
    remotes = {ref.split("/")[2] for ref in refs if ref.startswith(_REMOTE)}
    return sorted(remotes, key=lambda remote: (remote != "origin", remote))
