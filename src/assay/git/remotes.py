"""Exchanging a set of blobs with a remote: the only place in this package that may use the network.

Trusted: the caller, who named the remote, and so the transport their configuration sets up for it (ssh command, proxy,
credential helpers), as for `git push`. Not trusted: what the remote sends; git checks the objects, `blobsets` the rest.
If lost: whoever can write to the remote decides which statements arrive, never whether they are believed.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from assay.errors import RepositoryError, UsageError
from assay.git._environment import OVERRIDES, networked
from assay.git._failure import failure
from assay.git._run import Git
from assay.git.blobsets import REF_PREFIX, check_ref, merge_blobs, tip_of

# Someone else pushed between our fetch and our push, so often in a row: the remote is refusing for another reason.
MAX_PUSHES = 8

_NETWORK_OVERRIDES: Mapping[str, str] = {
    **OVERRIDES,
    "fetch.fsckObjects": "true",
    "core.alternateRefsCommand": ":",  # A shell command, asked for the tips of an alternate.
    "protocol.ext.allow": "never",  # A URL that is a shell command.
}
_FETCH = (
    *("fetch", "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules"),
    *("--no-write-fetch-head", "--no-auto-maintenance", "--refmap="),
)
_PUSH = ("push", "--quiet", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed")

# What git says when the remote's ref is not where we last saw it.
_MOVED = (b"[rejected]", b"cannot lock ref", b"failed to update ref", b"incorrect old value")


def network_git(folder: Path, git_dir: Path, ambient: Mapping[str, str]) -> Git:
    """Return git for talking to remotes of the repository at `git_dir`; `folder` is what relative paths start from."""
    environment = {**networked(ambient), "GIT_DIR": str(git_dir)}
    return Git(folder=folder, environment=environment, overrides=_NETWORK_OVERRIDES)


def fetch_ref(git: Git, network: Git, remote: str, ref: str) -> str | None:
    """Bring what `remote` has on `ref` into our set; return our tip then, or None where neither side has any."""
    check_ref(ref)
    _check_remote(remote)
    incoming = f"{REF_PREFIX}incoming/{hashlib.sha256(remote.encode()).hexdigest()[:16]}"
    fetched = network.run(*_FETCH, "--", remote, f"+{ref}:{incoming}")
    if fetched.code and b"couldn't find remote ref" in fetched.stderr:
        return tip_of(git, ref)
    if fetched.code:
        raise failure("fetch", fetched.code, fetched.stderr)
    theirs = tip_of(git, incoming)
    if theirs is None:
        raise RepositoryError(f"{remote} has something on {ref} that is no commit")
    return merge_blobs(git, ref, theirs)


def push_ref(git: Git, network: Git, remote: str, ref: str) -> str | None:
    """Bring our set on `ref` to `remote`, merged with what is there; return the tip both have, or None for no set."""
    _check_remote(remote)
    for _ in range(MAX_PUSHES):
        tip = tip_of(git, ref)
        if tip is None:
            return None
        pushed = network.run(*_PUSH, "--", remote, f"{tip}:{ref}")
        if pushed.code == 0:
            return tip
        if not any(sign in pushed.stdout + pushed.stderr for sign in _MOVED):
            raise failure("push", pushed.code, pushed.stderr + pushed.stdout)
        fetch_ref(git, network, remote, ref)
    raise RepositoryError(f"{ref} keeps moving on the remote", hint="run the command again")


def _check_remote(remote: str) -> None:
    if not remote or remote.startswith("-"):
        raise UsageError(f"expected a remote or its URL, found {remote!r}", hint="see: git remote")
