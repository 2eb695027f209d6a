"""Trailers whose value `assay.toml` does not allow."""

from collections.abc import Iterator

from assay.inspectors._base import CommitContext, CommitMatch
from assay.inspectors.commits._trailers import declared_trailers
from assay.model.outcome import Severity
from assay.model.rule import Rule
from assay.model.subject import Commit

RULE = Rule(
    id="commits/undeclared-trailer-value",
    title="Trailer has a value that is not declared",
    severity=Severity.HIGH,
    why="A policy that asks for one of a few answers cannot read any other, so the question stays open.",
    remedy="Use one of the values that `[trailers]` of assay.toml allows; `git commit --amend` changes the message.",
    controls=("NIST-800-53:CM-3",),
)


def check(commit: Commit, context: CommitContext) -> Iterator[CommitMatch]:
    """Yield every declared trailer with another value; case does not matter. The value itself is not repeated."""
    declared = context.config.trailers
    for key, value in declared_trailers(commit, declared):
        allowed = declared[key].values
        if allowed and value.casefold() not in {choice.casefold() for choice in allowed}:
            message = f"the trailer {key} has a value other than {' or '.join(allowed)}"
            yield CommitMatch(rule=RULE.id, message=message, anchor=f"trailer {key}")
