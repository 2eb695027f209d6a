"""GitHub Actions: workflows and composite actions, read once and judged by one rule a file.

Trusted: nothing that is read. Not trusted: the file, which may come from anyone's pull request; it is parsed under
`assay.source.yaml`'s limits and never run. If lost: the worker process, and the family is `not_evaluated`.
"""

import re
from collections.abc import Iterable, Mapping

from assay.inspectors._base import FileInspector, Match, SourceFile
from assay.model.rule import Rule

# GitHub reads workflows from this folder only, and not from folders in it.
_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_ACTION = re.compile(r"(?:.*/)?action\.ya?ml")


class WorkflowInspector:
    """Finds what makes workflows and actions unsafe."""

    family = "workflows"
    windowed = False
    history = False

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule of the family, by id."""
        from assay.inspectors.workflows._registry import RULES

        return RULES

    def accepts(self, path: str) -> bool:
        """Return whether GitHub takes a file at `path` for a workflow or an action."""
        return bool(_WORKFLOW.fullmatch(path) or _ACTION.fullmatch(path))

    def inspect(self, file: SourceFile) -> Iterable[Match]:
        """Yield the matches of every rule; raises `SourceError` where the file is not YAML."""
        from assay.inspectors.workflows._model import Kind, Workflow, text
        from assay.inspectors.workflows._registry import MODULES
        from assay.source import yaml

        kind = Kind.WORKFLOW if _WORKFLOW.fullmatch(file.path) else Kind.ACTION
        workflow = Workflow(kind=kind, data=file.data, documents=yaml.compose_all(file.data))
        if kind is Kind.ACTION and not text(workflow.root, "runs", "using"):
            # A file of this name that is no action: other programs have such files too.
            return
        for module in MODULES:
            yield from module.check(workflow)


INSPECTOR: FileInspector = WorkflowInspector()
