"""Sets of blobs on a ref: how statements travel between clones.

Each blob is a file named by the SHA-256 of its bytes (`ab/cdef...`), so sets merge by union and a name proves its
content.

Trusted: nothing that a ref holds; anyone who may push can write it. If lost: other bytes are taken for a statement,
or a reader runs out of memory. So names are compared with content, and sizes are limited before anything is read.
"""

import hashlib
import logging
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from assay.errors import ObjectTooLargeError, RepositoryError
from assay.git._failure import failure
from assay.git._run import Git
from assay.git.objects import ObjectReader
from assay.git.trees import list_tree
from assay.model.subject import FileMode

# The SBOM of a very large repository takes some 20 MB, base64 in its envelope included.
MAX_BLOB_BYTES = 32 << 20
# What a team of a hundred writes in several years at 3 kB a statement; more is an attack or a mistake.
MAX_TOTAL_BYTES = 4 << 30
MAX_BLOBS = 500_000
# Writers that collide wait a little longer each time; twenty losses in a row mean a lock nobody holds any more.
MAX_ATTEMPTS = 20
WAIT_S = 0.01

# The only refs written here: a name that came from elsewhere must not move a branch.
REF_PREFIX = "refs/assay/"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TOO_MUCH = "see who pushes to it, and start a new one"
_MESSAGE = b"assay: statements\n"
# Neutral and without the time: who stored what and when is in the statements, under their signatures.
_IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "assay"), ("EMAIL", "assay@localhost"), ("DATE", "@0 +0000"))
}

_log = logging.getLogger(__name__)


def store_blobs(git: Git, ref: str, blobs: Mapping[str, bytes]) -> str:
    """Add `blobs`, named by their SHA-256 in hex, to the set on `ref`; return the commit that holds them all.

    Safe against other writers: the ref only moves from the commit whose content was taken over. Raises `ValueError`
    for a name that is not its blob's digest.
    """
    for name, content in blobs.items():
        if hashlib.sha256(content).hexdigest() != name:
            raise ValueError(f"expected the SHA-256 of its content as the name of a blob, found {name!r}")
    added = _write(git, blobs)

    def successor(tip: str | None) -> str:
        known = _names(git, tip)
        if tip is not None and added.keys() <= known.keys():
            return tip
        return _commit(git, added | known, [tip] if tip else [])

    return _move(git, ref, successor)


def merge_blobs(git: Git, ref: str, other: str) -> str:
    """Bring the blobs of commit `other` into the set on `ref`; return the commit that holds them all."""

    def successor(tip: str | None) -> str:
        if tip is None or _reaches(git, other, tip):
            return other
        if _reaches(git, tip, other):
            return tip
        return _commit(git, _names(git, other) | _names(git, tip), [tip, other])

    return _move(git, ref, successor)


def load_blobs(git: Git, reader: ObjectReader, ref: str) -> Iterator[tuple[str, bytes]]:
    """Yield (SHA-256 in hex, content) of the set on `ref`; nothing where there is no such ref.

    What is above `MAX_BLOB_BYTES` or not what its name says is left out, with a warning in the log. Raises
    `RepositoryError` when all together passes `MAX_TOTAL_BYTES`.
    """
    total = 0
    for name, blob in _names(git, tip_of(git, ref)).items():
        try:
            content = reader.read(blob, MAX_BLOB_BYTES)
        except ObjectTooLargeError as error:
            _log.warning("%s: %s was left out: %s", ref, name, error)
            continue
        total += len(content)
        if total > MAX_TOTAL_BYTES:
            raise RepositoryError(f"{ref} holds more than {MAX_TOTAL_BYTES} bytes", hint=_TOO_MUCH)
        if hashlib.sha256(content).hexdigest() == name:
            yield name, content
        else:
            _log.warning("%s: %s was left out: its content has another digest", ref, name)


def tip_of(git: Git, ref: str) -> str | None:
    """Return the commit a ref of ours points to, or None."""
    check_ref(ref)
    found = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return os.fsdecode(found.stdout).removesuffix("\n") or None


def check_ref(ref: str) -> None:
    """Raise `ValueError` for a ref that is not ours."""
    if not ref.startswith(REF_PREFIX):
        raise ValueError(f"expected a ref below {REF_PREFIX}, found {ref!r}")


def _move(git: Git, ref: str, successor: Callable[[str | None], str]) -> str:
    """Move `ref` to the successor of its tip, again as long as someone else moved it meanwhile; return the new tip."""
    for attempt in range(MAX_ATTEMPTS):
        tip = tip_of(git, ref)
        commit = successor(tip)
        if commit == tip:
            return commit
        # --no-deref: a symbolic ref of this name is replaced, not followed to the branch it points to.
        moved = git.run("update-ref", "--no-deref", ref, commit, tip or "0" * len(commit))
        if moved.code == 0:
            return commit
        if b"cannot lock ref" not in moved.stderr:
            raise failure("update-ref", moved.code, moved.stderr)
        time.sleep(WAIT_S * attempt)
    raise RepositoryError(f"{ref} is locked", hint=f"if no git is running, remove {ref}.lock in the git folder")


def _names(git: Git, commit: str | None) -> dict[str, str]:
    """Return the blob of every name in the set; whatever else the tree holds is passed over."""
    names: dict[str, str] = {}
    for entry in list_tree(git, commit, sizes=False) if commit else ():
        name = entry.path.replace("/", "")
        if entry.mode is FileMode.REGULAR and _DIGEST.fullmatch(name):
            names[name] = entry.blob
        if len(names) > MAX_BLOBS:
            raise RepositoryError(f"commit {commit} holds more than {MAX_BLOBS} blobs", hint=_TOO_MUCH)
    return names


def _write(git: Git, blobs: Mapping[str, bytes]) -> dict[str, str]:
    """Write blobs to the object database in one go; return the object id of each."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in blobs]
        for path, content in zip(paths, blobs.values(), strict=True):
            path.write_bytes(content)
        stdin = b"".join(os.fsencode(path) + b"\n" for path in paths)
        # --no-filters: a clean filter is a program of the repository's choice.
        ids = git.output("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=stdin).decode("ascii").split()
    return dict(zip(blobs, ids, strict=True))


def _commit(git: Git, names: Mapping[str, str], parents: Sequence[str]) -> str:
    """Write the tree of `names` and a commit of it; return the commit."""
    listing = "".join(f"{FileMode.REGULAR} {blob}\t{name[:2]}/{name[2:]}\0" for name, blob in names.items())
    with tempfile.TemporaryDirectory() as folder:
        indexed = git.with_environment({"GIT_INDEX_FILE": str(Path(folder, "index")), **_IDENTITY})
        indexed.output("update-index", "-z", "--index-info", stdin=listing.encode("ascii"))
        tree = indexed.line("write-tree", "--missing-ok")
    after = [word for parent in parents for word in ("-p", parent)]
    return os.fsdecode(indexed.output("commit-tree", "--no-gpg-sign", *after, tree, stdin=_MESSAGE)).strip()


def _reaches(git: Git, commit: str, ancestor: str) -> bool:
    return git.run("merge-base", "--is-ancestor", "--end-of-options", ancestor, commit).code == 0
