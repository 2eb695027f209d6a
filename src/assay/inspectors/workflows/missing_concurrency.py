"""Runs that pile up behind each other."""

from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Workflow, mapping
from assay.model.finding import Fix
from assay.model.outcome import Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/missing-concurrency",
    title="Workflow without a concurrency group",
    severity=Severity.LOW,
    why="Each push starts a run beside those of earlier pushes: they use up runners, and runs that write (a cache, a"
    " page, a release) may finish in the wrong order.",
    remedy="Give the workflow a `concurrency` group of workflow and ref; cancel what is in progress unless it deploys.",
    controls=("OWASP:CICD-SEC-7", "NIST-800-53:SC-5"),
)

_STARTED_BY_PUSHES = frozenset({"push", "pull_request", "pull_request_target"})
_LINES = ("concurrency:", "  group: ${{ github.workflow }}-${{ github.ref }}", "")


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield workflows started by pushes in which neither the workflow nor every job has a concurrency group."""
    started = [node for name, node in workflow.triggers.items() if name in _STARTED_BY_PUSHES]
    grouped = workflow.root.get("concurrency") or all(job.node.get("concurrency") for job in workflow.jobs)
    if started and not grouped and not _only_by_tags(workflow):
        message = "runs of this workflow for one branch stand beside each other, for it has no concurrency group"
        yield match_at(RULE, started[0], message, anchor="concurrency", fix=_group(workflow))


def _only_by_tags(workflow: Workflow) -> bool:
    """Whether every run is of a tag, which is pushed once."""
    filters = mapping(workflow.root, "on", "push").pairs
    started = _STARTED_BY_PUSHES & set(workflow.triggers)
    return started == {"push"} and "tags" in filters and "branches" not in filters


def _group(workflow: Workflow) -> Fix | None:
    if workflow.root.flow:
        return None
    edit = yaml.insert_before(workflow.data, workflow.root.pairs["jobs"], _LINES)
    # Of the runs that wait in a group, GitHub keeps only the last.
    return Fix(description="let runs for one ref wait for each other", safe=False, edits=(edit,))
