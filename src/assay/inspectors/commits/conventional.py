"""Subjects that are not Conventional Commits (conventionalcommits.org, version 1.0.0)."""

import re
from collections.abc import Iterator

from assay.inspectors._base import CommitContext, CommitMatch
from assay.model.outcome import Severity
from assay.model.rule import Rule
from assay.model.subject import Commit

RULE = Rule(
    id="commits/conventional",
    title="Subject is not a Conventional Commit",
    severity=Severity.LOW,
    why="A subject of the form `type(scope): description` says what kind of change a commit is, so change logs, version"
    " numbers and reviews by kind need no guess.",
    remedy="Begin the subject with a type, an optional scope, and a colon: `fix(parser): accept empty input`.",
)

# Items 1, 4, 13 and 15 of the specification: any noun may be a type, an exclamation mark says that the change breaks.
_SUBJECT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\([^()\r\n]+\))?!?: +\S.*")
# Subjects that git writes itself, and those it takes away again when commits are squashed.
_GIT_WRITES = re.compile(r"(Merge |Revert \"|Reapply \"|fixup! |squash! |amend! )")


def check(commit: Commit, context: CommitContext) -> Iterator[CommitMatch]:  # noqa: ARG001 - one signature for all rules
    """Yield one match where the subject has another form; merges and what git words itself are left alone."""
    subject = commit.subject_line.strip()
    if len(commit.parents) > 1 or _GIT_WRITES.match(subject) or _SUBJECT.fullmatch(subject):
        return
    yield CommitMatch(
        rule=RULE.id, message="the subject is not of the form `type(scope): description`", anchor="subject"
    )
