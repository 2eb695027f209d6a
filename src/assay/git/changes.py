"""Changes: from two trees and the commits between them to one `Change`."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from assay.errors import EmptyRangeError, MissingObjectError
from assay.git._run import Git
from assay.git.commits import read_commits, tree_of_commit
from assay.git.diffs import Brought, brought_blobs, changed_files
from assay.git.objects import ObjectReader
from assay.git.revisions import DEEPEN
from assay.git.trees import TreeLookup
from assay.model.subject import Change, ChangedFile, Commit


def read_change(
    git: Git, reader: ObjectReader, base: str | None, head: str, *, empty_tree: str, edge: Collection[str]
) -> Change:
    """Return the change from commit `base` (None: the empty tree) to commit `head`.

    `edge` holds the commits whose parents a shallow clone lacks. Raises `EmptyRangeError`, and `MissingObjectError`
    where the range goes beyond the edge.
    """
    base_tree = tree_of_commit(reader, base) if base else empty_tree
    head_tree = tree_of_commit(reader, head)
    files = changed_files(git, base_tree, head_tree)
    commits = read_commits(git, reader, base, head)
    if cut := [commit.id for commit in commits if commit.id in edge]:
        raise MissingObjectError(f"the range goes on before {cut[0]}, where this clone ends", hint=DEEPEN)
    if not files and not commits:
        raise EmptyRangeError("the range holds no commit and no changed file")
    brought = tuple(brought_blobs(git, (commit.id for commit in commits)))
    return Change(
        base_tree=base_tree,
        head_tree=head_tree,
        base_commit=base,
        head_commit=head,
        files=files,
        commits=commits,
        introduced=tuple(_introduced(TreeLookup(reader), base_tree, files, brought)),
        touched=_touched(commits, brought),
    )


def read_tree_change(git: Git, base_commit: str | None, base_tree: str, head_tree: str) -> Change:
    """Return the change between two trees that no commit stands for yet. Raises `EmptyRangeError`."""
    files = changed_files(git, base_tree, head_tree)
    if not files:
        raise EmptyRangeError("nothing is staged", hint="stage what you mean to commit with: git add")
    return Change(
        base_tree=base_tree, head_tree=head_tree, base_commit=base_commit, head_commit=None, files=files, commits=()
    )


def _touched(commits: Sequence[Commit], brought: Iterable[Brought]) -> dict[str, tuple[str, ...]]:
    """Return the paths that each commit touches; of a merge, those it has otherwise than all its parents."""
    paths: dict[str, list[str]] = {commit.id: [] for commit in commits}
    for item in brought:
        paths[item.commit].append(item.path)
    return {commit: tuple(touched) for commit, touched in paths.items()}


def _introduced(
    trees: TreeLookup, base_tree: str, files: Sequence[ChangedFile], brought: Iterable[Brought]
) -> Iterator[tuple[str, str, str]]:
    """Yield each (path, blob) that a commit brings and that stands at that path neither at the base nor at the head.

    Once, with the first commit that brings it: what is added and deleted again is still in the history for all to read.
    """
    before = {file.path: None for file in files} | {file.old_path: file.old_blob for file in files}
    after = {file.path: file.new_blob for file in files}
    seen: set[tuple[str, str]] = set()
    for item in brought:
        if item.blob is None or (item.path, item.blob) in seen or after.get(item.path) == item.blob:
            continue
        seen.add((item.path, item.blob))
        base = before[item.path] if item.path in before else trees.find(base_tree, item.path)
        if base != item.blob:
            yield item.commit, item.path, item.blob
