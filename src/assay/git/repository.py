"""A repository: the one way in to what this package reads and writes."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from assay.errors import NotARepositoryError, ObjectTooLargeError, RepositoryError
from assay.git import blobsets, remotes
from assay.git._environment import isolated, repository_variables
from assay.git._run import Git
from assay.git.branches import Branches
from assay.git.changes import read_change, read_tree_change
from assay.git.hooks import hooks_dir
from assay.git.objects import ObjectReader
from assay.git.ranges import Range, last_commits, resolve_range
from assay.git.revisions import Revisions
from assay.git.trees import TreeEntry, TreeLookup, list_tree
from assay.git.worktree import WorktreeFile, has_tracked, list_worktree, staged_tree
from assay.model.subject import Change

# A file that no one makes: for git that is an index without entries.
_NO_INDEX = "assay-no-index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One clone, with or without a work tree."""

    root: Path | None
    """The top of the work tree; None for a bare repository, and when opened from inside the `.git` folder."""
    git_dir: Path
    common_dir: Path
    """The `git_dir` of the main work tree, shared by all work trees."""
    object_format: Literal["sha1", "sha256"]
    index_file: Path
    environment: Mapping[str, str] = field(repr=False)
    """What git sees: the caller's environment as far as it is safe, and `GIT_DIR`. It may hold the caller's secrets."""

    @classmethod
    def open(cls, path: Path, ambient: Mapping[str, str] | None = None) -> Self:
        """Open the repository that `path` is in.

        What git tells its hooks (`GIT_DIR`, `GIT_INDEX_FILE`, the quarantine of a push) is followed when `path` is the
        current folder, as git does itself; any other path is looked at for what it is. `ambient` is the environment,
        by default this process's. Raises `NotARepositoryError`, or `RepositoryError` with what git refuses.
        """
        variables = os.environ if ambient is None else ambient
        environment = isolated(variables)
        folder = path.resolve()
        if not folder.is_dir():
            raise NotARepositoryError(f"there is no folder {str(path)!r}", hint="name a repository, or a folder in one")
        if folder == Path.cwd():
            environment |= repository_variables(variables, folder)
        return cls._discover(folder, environment)

    @classmethod
    def _discover(cls, folder: Path, environment: dict[str, str]) -> Self:
        questions = ("--git-dir", "--git-common-dir", "--git-path", "index", "--show-cdup")
        git = Git.isolated(folder, environment)
        answer = os.fsdecode(git.output("rev-parse", "--show-object-format", "--path-format=absolute", *questions))
        # The last line is missing where there is no work tree to be in.
        object_format, git_dir, common_dir, index_file, *top = answer.removesuffix("\n").split("\n")
        if not Path(common_dir).is_dir() or len(top) > 1:
            raise RepositoryError("the path of the repository holds a line break", hint="move it to another folder")
        return cls(
            root=(folder / top[0]).resolve() if top else None,
            git_dir=Path(git_dir),
            common_dir=Path(common_dir),
            object_format="sha256" if object_format == "sha256" else "sha1",
            index_file=Path(index_file),
            environment={**environment, "GIT_DIR": git_dir},
        )

    @property
    def state_dir(self) -> Path:
        """Where Assay keeps its state for this clone; may not exist yet."""
        return self.common_dir / "assay"

    @property
    def is_shallow(self) -> bool:
        """Whether history is cut off somewhere."""
        return self._revisions.is_shallow

    @property
    def is_partial(self) -> bool:
        """Whether objects may be missing because a remote promised to have them."""
        return any((self.common_dir / "objects" / "pack").glob("*.promisor"))

    @property
    def empty_tree(self) -> str:
        """The id of the tree without entries."""
        return hashlib.new(self.object_format, b"tree 0\0", usedforsecurity=False).hexdigest()

    def resolve(self, revision: str) -> str:
        """Return the id of the commit that `revision` names. Raises `UsageError` with names that are close."""
        return self._revisions.commit(revision)

    def tree_of(self, revision: str) -> str:
        """Return the id of the tree that `revision` (a commit or a tree) names. Raises `UsageError`."""
        return self._revisions.tree(revision)

    def head(self) -> str:
        """Return the commit of HEAD. Raises `UnbornBranchError` before the first commit."""
        return self._revisions.head()

    def current_branch(self) -> str | None:
        """Return the full name of the branch HEAD is on, or None when it is detached."""
        return self._revisions.current_branch()

    def merge_base(self, one: str, other: str) -> str:
        """Return the best common ancestor. Raises `UnrelatedHistoriesError`; `MissingObjectError` if too shallow."""
        return self._revisions.merge_base(one, other)

    def is_ancestor(self, one: str, other: str) -> bool:
        """Return whether `other` can reach `one`."""
        return self._revisions.is_ancestor(one, other)

    def default_branch(self) -> str | None:
        """Return the full name of the branch that changes are merged into, where it can be told."""
        return Branches(git=self._store).default()

    def find_branch(self, name: str) -> str:
        """Return the full name of the branch people call `name`, a remote's before a local one. Raises `UsageError`."""
        return Branches(git=self._store).find(name)

    def change(self, base: str | None, head: str) -> Change:
        """Return the change between two commits; base None is the empty tree. Raises `EmptyRangeError`."""
        edge = self._revisions.shallow_edge()
        with self.objects() as reader:
            return read_change(self._store, reader, base, head, empty_tree=self.empty_tree, edge=edge)

    def staged_change(self) -> Change:
        """Return the change from HEAD (before the first commit: the empty tree) to the index. Raises `EmptyRangeError`.

        Writes the index's tree to the object database, as `git commit` is about to.
        """
        base = self._revisions.head_if_born()
        head_tree = staged_tree(self._store, self.index_file, self.empty_tree)
        return read_tree_change(self._store, base, self.tree_of(base) if base else self.empty_tree, head_tree)

    def resolve_range(self, text: str | None, target: str | None = None) -> Range:
        """Return the two commits that `text` names, by `assay.git.ranges`; None: HEAD against `target`."""
        return resolve_range(self._revisions, Branches(git=self._store), text, target)

    def last_commits(self, count: int) -> Range:
        """Return the range of the last `count` commits of HEAD along first parents, or of all where there are fewer."""
        return last_commits(self._revisions, count)

    def range_change(self, text: str | None, target: str | None = None) -> Change:
        """Return the change of the range that `text` names. Raises `EmptyRangeError`."""
        found = self.resolve_range(text, target)
        return self.change(found.base, found.head)

    def read_file(self, treeish: str, path: str, limit: int | None = None) -> bytes | None:
        """Return the content of a file of a commit or tree, None where nothing has that path; see `read_files`."""
        return self.read_files(treeish, (path,), limit).get(path)

    def read_files(self, treeish: str, paths: Sequence[str], limit: int | None = None) -> dict[str, bytes]:
        """Return the content of those of `paths` that a commit or tree has.

        Raises `RepositoryError` where something else has one (a link, a folder, a submodule), `ObjectTooLargeError`.
        """
        tree, found = self.tree_of(treeish), {}
        with self.objects() as reader:
            lookup = TreeLookup(reader)
            for path in paths:
                if (entry := lookup.entry(tree, path)) is not None:
                    found[path] = _read_entry(reader, path, *entry, limit)
        return found

    def list_files(self, treeish: str, prefix: str = "") -> Iterator[TreeEntry]:
        """Yield every file of a commit or tree at or below `prefix`; in a partial clone without sizes."""
        return list_tree(self._store, self.tree_of(treeish), prefix, sizes=not self.is_partial)

    def worktree_files(self, paths: Sequence[Path] = ()) -> Iterator[WorktreeFile]:
        """Yield what is tracked or could be, below `paths` or everywhere. Raises `UsageError` for a path outside."""
        if self.root is None:
            raise RepositoryError("this repository has no work tree", hint="name a revision instead of paths")
        return list_worktree(self._work, self.root, paths)

    def objects(self) -> ObjectReader:
        """Return a reader of objects: a context manager around one git process."""
        return ObjectReader(self._store)

    def store_blobs(self, ref: str, blobs: Mapping[str, bytes]) -> str:
        """Add blobs, named by their SHA-256 in hex, to the set on `ref` (below `refs/assay/`); return its commit."""
        return blobsets.store_blobs(self._store, ref, blobs)

    def load_blobs(self, ref: str) -> Iterator[tuple[str, bytes]]:
        """Yield (SHA-256 in hex, content) of the set on `ref`. The content is as untrusted as whoever may push."""
        with self.objects() as reader:
            yield from blobsets.load_blobs(self._store, reader, ref)

    def tracks(self, folder: Path) -> bool:
        """Return whether the index names anything at or below `folder`, an absolute path with its links resolved."""
        return self.root is not None and has_tracked(self._work, folder.relative_to(self.root))

    def fetch_ref(self, remote: str, ref: str) -> str | None:
        """Bring a remote's set into ours, over the network; return our tip then, None where neither side has any."""
        return remotes.fetch_ref(self._store, self._network, remote, ref)

    def push_ref(self, remote: str, ref: str) -> str | None:
        """Bring our set to a remote, over the network, merged with what is there; return the tip both have."""
        return remotes.push_ref(self._store, self._network, remote, ref)

    def hooks_dir(self) -> Path:
        """Return where git runs this repository's hooks from, links resolved; it may lie outside, or not exist."""
        return hooks_dir(self._work)

    @property
    def _revisions(self) -> Revisions:
        return Revisions(git=self._store, shallow_file=self.common_dir / "shallow")

    @property
    def _store(self) -> Git:
        """Git away from work tree and index, so that neither they nor their attributes can change an answer."""
        environment = {**self.environment, "GIT_INDEX_FILE": str(self.git_dir / _NO_INDEX)}
        return Git.isolated(self.git_dir, environment, "--bare")

    @property
    def _work(self) -> Git:
        """Git at the top of the work tree, where there is one."""
        if self.root is None:
            return self._store
        environment = {**self.environment, "GIT_WORK_TREE": str(self.root), "GIT_INDEX_FILE": str(self.index_file)}
        return Git.isolated(self.root, environment)

    @property
    def _network(self) -> Git:
        """Git with the caller's own ssh, proxies and credentials."""
        return remotes.network_git(self.root or self.git_dir, self.git_dir, os.environ)


def _read_entry(reader: ObjectReader, path: str, mode: int, blob: str, limit: int | None) -> bytes:
    if not stat.S_ISREG(mode):
        raise RepositoryError(f"expected a file at {path!r}, found a link, folder or submodule")
    if limit is not None and (size := reader.info(blob).size) > limit:
        raise ObjectTooLargeError(f"{path!r} has {size} bytes; at most {limit} are read here")
    return reader.read(blob)
