"""Commits without a trailer that `assay.toml` requires of them."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from assay.config.globs import matches
from assay.inspectors._base import CommitContext, CommitMatch
from assay.inspectors.commits._trailers import declared_trailers
from assay.model.outcome import Severity
from assay.model.rule import Rule
from assay.model.subject import Commit

RULE = Rule(
    id="commits/missing-trailer",
    title="Commit lacks a required trailer",
    severity=Severity.HIGH,
    why="Who reviews or audits what this commit touches relies on the trailer; without it nobody has answered the"
    " question that it asks.",
    remedy="Add the trailer as a line of the last paragraph of the message, for example with `git commit --amend"
    " --trailer 'Key: value'`.",
    controls=("NIST-800-53:CM-3",),
)


def check(commit: Commit, context: CommitContext) -> Iterator[CommitMatch]:
    """Yield every required trailer that is missing; a merge answers through the commits that it merges."""
    if len(commit.parents) > 1:
        return
    declared = context.config.trailers
    given = {key for key, _ in declared_trailers(commit, declared)}
    for key, trailer in declared.items():
        if key not in given and (touched := _required_by(trailer.required_for, context)):
            allowed = f" ({' or '.join(trailer.values)})" if trailer.values else ""
            yield CommitMatch(
                rule=RULE.id, message=f"the trailer {key}{allowed} is required by {touched}", anchor=f"trailer {key}"
            )


def _required_by(scopes: Iterable[str], context: CommitContext) -> str | None:
    """Return what this commit touches of `scopes`, in words; None if nothing. A declared name is never a glob."""
    services = context.config.services
    domains = {domain for service in services.values() for domain in service.domains}
    for scope in scopes:
        if scope == "*":
            return "every commit"
        if scope in context.services:
            return f"the service {scope}"
        if scope in context.domains:
            return f"the domain {scope}"
        if scope not in services and scope not in domains and _touches(context.paths, scope):
            return f"changes under {scope}"
    return None


@lru_cache(maxsize=256)
def _touches(paths: tuple[str, ...], glob: str) -> bool:
    """Return whether `glob` matches any of `paths`; the commits of a range often share all of them."""
    return any(matches(path, (glob,)) for path in paths)
