"""Ranges: what `A..B` and its kin mean.

| written | base | head |
| --- | --- | --- |
| `A..B` | A itself | B |
| `A...B` | the merge base of A and B | B |
| `B` | the first parent of B; nothing where B is a root | B |
| `:root..B` | nothing: the whole history of B (`:root` can be no ref) | B |
| the last N | the Nth first parent of HEAD; nothing where there are fewer | HEAD |
| nothing | the merge base of HEAD and the target branch | HEAD |

A side that is left out is HEAD, as in git. Base None is the empty tree.
"""

from dataclasses import dataclass

from assay.errors import EmptyRangeError, UsageError
from assay.git.branches import Branches, branch_name, short_name
from assay.git.revisions import Revisions

WHOLE_HISTORY = ":root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Two commits, and how to name the range to people."""

    base: str | None
    """None: the empty tree."""
    head: str
    text: str


def resolve_range(revisions: Revisions, branches: Branches, text: str | None, target: str | None) -> Range:
    """Return the range that `text` names. Raises `UsageError`, `UnrelatedHistoriesError`, `MissingObjectError`."""
    if text is None:
        return _range_to_target(revisions, branches, target)
    for dots in ("...", ".."):
        left, found, right = text.partition(dots)
        if found:
            return _range_between(revisions, left or "HEAD", right or "HEAD", dots, text)
    return _range_of_commit(revisions, text)


def last_commits(revisions: Revisions, count: int) -> Range:
    """Return the range of the last `count` commits along first parents, or of all where there are fewer."""
    head = revisions.head()
    base = revisions.first_parent(head, count)
    return Range(base=base, head=head, text=f"HEAD~{count}..HEAD" if base else f"{WHOLE_HISTORY}..HEAD")


def _range_between(revisions: Revisions, left: str, right: str, dots: str, text: str) -> Range:
    head = revisions.commit(right)
    if left == WHOLE_HISTORY:
        return Range(base=None, head=head, text=text)
    base = revisions.commit(left)
    return Range(base=revisions.merge_base(base, head) if dots == "..." else base, head=head, text=text)


def _range_of_commit(revisions: Revisions, text: str) -> Range:
    head = revisions.commit(text)
    return Range(base=revisions.first_parent(head), head=head, text=text)


def _range_to_target(revisions: Revisions, branches: Branches, target: str | None) -> Range:
    head = revisions.head()
    ref = _reference(revisions, branches, target)
    base = revisions.merge_base(revisions.commit(ref), head)
    if base == head:
        raise EmptyRangeError(
            f"HEAD has no commit that {short_name(ref)} lacks", hint="commit first, or give a range A..B"
        )
    return Range(base=base, head=head, text=f"{short_name(ref)}...HEAD")


def _reference(revisions: Revisions, branches: Branches, target: str | None) -> str:
    """Return the ref to compare HEAD with: the target branch, or what HEAD follows when it is on that branch itself."""
    ref = branches.find(target) if target else branches.default()
    if ref is None:
        raise UsageError(
            "which branch changes are merged into is not known", hint="give a range A..B, or set `[gate] target`"
        )
    current = revisions.current_branch()
    if current is None or short_name(current) != branch_name(ref):
        return ref
    if upstream := revisions.upstream(current):
        return upstream
    if ref == current:
        raise UsageError(
            f"HEAD is on {short_name(ref)} itself, which follows no other branch",
            hint="give a range, for example HEAD~1..HEAD, or `:root..HEAD` for the whole history",
        )
    return ref
