"""Who can choose the text of a context: the taint table.

After docs.github.com, "Contexts reference", "Webhook events and payloads" and "Script injections". The event's payload
is judged by the last property, as GitHub does when it warns of contexts that end with body, default_branch, email,
head_ref, label, message, name, page_name, ref and title; what has an alphabet too small for a script is let through.
"""

from collections.abc import Set as AbstractSet
from enum import IntEnum


class Origin(IntEnum):
    """Who chooses a value, the most dangerous last."""

    FIXED = 0
    """GitHub, the workflow itself or an administrator; or an alphabet without white space, quotes and `$`."""
    COMPUTED = 1
    """A step of the workflow, from what it does not say."""
    CALLER = 2
    """Whoever starts the workflow by hand, calls it, or uses the action."""
    WRITER = 3
    """Whoever can push branches and tags, or edit releases and labels."""
    OUTSIDER = 4
    """Anyone who can open an issue or a pull request."""


# Contexts other than `github`, `env`, `inputs`, `matrix`, `needs` and `steps`, which are looked up in the workflow.
_FIXED_CONTEXTS = frozenset({"runner", "job", "strategy", "vars", "secrets", "jobs"})

# Objects of the payload that people without write access fill in.
_OUTSIDER_OBJECTS = frozenset(
    {
        "changes",
        "comment",
        "commits",
        "discussion",
        "head_commit",
        "issue",
        "pages",
        "pull_request",
        "pull_requests",
        "review",
        "review_comment",
        "workflow_run",
    }
)
_OUTSIDER_LEAVES = frozenset(
    {
        "body",
        "default_branch",
        "description",
        "display_title",
        "email",
        "from",
        "head",
        "head_branch",
        "homepage",
        "label",
        "message",
        "name",
        "page_name",
        "ref",
        "repo",
        "summary",
        "title",
    }
)
# What stands below these, or is one of these, only people with write access fill in, or GitHub does.
_TRUSTED_PARENTS = frozenset({"base", "labels", "milestone", "repository", "head_repository", "workflow"})
_WRITER_LEAVES = frozenset(
    {
        "base_ref",
        "body",
        "default_branch",
        "description",
        "head_branch",
        "homepage",
        "label",
        "message",
        "name",
        "ref",
        "ref_name",
        "tag_name",
        "target_commitish",
        "title",
    }
)
# Letters, digits and a few marks, by GitHub's own rules for them.
_NARROW_LEAVES = frozenset(
    {
        "action",
        "active_lock_reason",
        "additions",
        "after",
        "author_association",
        "before",
        "changed_files",
        "color",
        "comments",
        "commits_count",
        "conclusion",
        "created",
        "deleted",
        "deletions",
        "draft",
        "event",
        "forced",
        "fork",
        "full_name",
        "id",
        "locked",
        "login",
        "merged",
        "mergeable",
        "node_id",
        "number",
        "prerelease",
        "private",
        "review_comments",
        "run_attempt",
        "run_number",
        "sha",
        "state",
        "state_reason",
        "status",
        "type",
        "url",
        "username",
        "visibility",
    }
)
_NARROW_SUFFIXES = ("_at", "_count", "_id", "_sha", "_url", "_number")
# `name` of these is the name of a repository, an organisation, or an account.
_NAMED_BY_RULE = frozenset({"enterprise", "head_repository", "organization", "owner", "repo", "repository", "sender"})

# Refs of the repository itself. On `pull_request` alone they name the merge ref, `refs/pull/1/merge`.
_REFS = frozenset({"ref", "ref_name", "base_ref"})


def of_github(keys: tuple[str | None, ...], *, triggers: AbstractSet[str]) -> Origin:
    """Return the origin of `github.<keys>` in a workflow with these triggers."""
    match keys:
        case () | (None, *_) | ("event",):
            # The whole context, usually as JSON.
            return Origin.OUTSIDER
        case ("head_ref", *_):
            return Origin.OUTSIDER
        case (str(name),) if name in _REFS:
            return Origin.FIXED if name != "base_ref" and triggers == {"pull_request"} else Origin.WRITER
        case ("event", *path):
            return _of_event(path)
        case _:
            return Origin.FIXED


def of_context(name: str) -> Origin:
    """Return the origin of a context that nothing in the workflow explains."""
    return Origin.FIXED if name in _FIXED_CONTEXTS else Origin.COMPUTED


def _of_event(path: list[str | None]) -> Origin:
    leaf, first = path[-1], path[0]
    if first == "client_payload":
        return Origin.CALLER
    if leaf is not None and _is_narrow(leaf, parent=path[-2] if len(path) > 1 else None):
        return Origin.FIXED
    if first is not None and (first not in _OUTSIDER_OBJECTS or _TRUSTED_PARENTS & {*path}):
        return Origin.WRITER if leaf is None or leaf in _WRITER_LEAVES | _TRUSTED_PARENTS else Origin.COMPUTED
    if leaf is None or leaf in _OUTSIDER_LEAVES or leaf in _OUTSIDER_OBJECTS:
        return Origin.OUTSIDER
    return Origin.COMPUTED


def _is_narrow(leaf: str, *, parent: str | None) -> bool:
    return leaf in _NARROW_LEAVES or leaf.endswith(_NARROW_SUFFIXES) or (leaf == "name" and parent in _NAMED_BY_RULE)
