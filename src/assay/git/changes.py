"""Changes: from two trees and the commits between them to one `Change`."""

from collections.abc import Collection, Iterator, Sequence

from assay.errors import EmptyRangeError, MissingObjectError
from assay.git._run import Git
from assay.git.commits import read_commits, tree_of_commit
from assay.git.diffs import brought_blobs, changed_files
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
    return Change(
        base_tree=base_tree,
        head_tree=head_tree,
        base_commit=base,
        head_commit=head,
        files=files,
        commits=commits,
        introduced=tuple(_introduced(git, TreeLookup(reader), base_tree, files, commits)),
    )


def read_tree_change(git: Git, base_commit: str | None, base_tree: str, head_tree: str) -> Change:
    """Return the change between two trees that no commit stands for yet. Raises `EmptyRangeError`."""
    files = changed_files(git, base_tree, head_tree)
    if not files:
        raise EmptyRangeError("nothing is staged", hint="stage what you mean to commit with: git add")
    return Change(
        base_tree=base_tree, head_tree=head_tree, base_commit=base_commit, head_commit=None, files=files, commits=()
    )


def _introduced(
    git: Git, trees: TreeLookup, base_tree: str, files: Sequence[ChangedFile], commits: Sequence[Commit]
) -> Iterator[tuple[str, str, str]]:
    """Yield each (path, blob) that a commit brings and that stands at that path neither at the base nor at the head.

    Once, with the first commit that brings it: what is added and deleted again is still in the history for all to read.
    """
    before = {file.path: None for file in files} | {file.old_path: file.old_blob for file in files}
    after = {file.path: file.new_blob for file in files}
    seen: set[tuple[str, str]] = set()
    for brought in brought_blobs(git, (commit.id for commit in commits)):
        place = (brought.path, brought.blob)
        if place in seen or after.get(brought.path) == brought.blob:
            continue
        seen.add(place)
        base = before[brought.path] if brought.path in before else trees.find(base_tree, brought.path)
        if base != brought.blob:
            yield brought.commit, *place
