"""Commit messages: their form, and the trailers that `assay.toml` declares; one rule a file.

Trusted: the configuration, which comes from the target. Not trusted: the message, which may be of any length and hold
anything; only its lines are looked at. If lost: nothing, a message is not run and its text enters no finding.
"""

from collections.abc import Iterable, Mapping

from assay.inspectors._base import CommitContext, CommitInspector, CommitMatch
from assay.model.rule import Rule
from assay.model.subject import Commit


class MessageInspector:
    """Finds what is wrong with the message of a commit."""

    family = "commits"

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule of the family, by id."""
        from assay.inspectors.commits._registry import RULES

        return RULES

    def inspect(self, commit: Commit, context: CommitContext) -> Iterable[CommitMatch]:
        """Yield the matches of every rule."""
        from assay.inspectors.commits._registry import MODULES

        for module in MODULES:
            yield from module.check(commit, context)


INSPECTOR: CommitInspector = MessageInspector()
