"""Tokens that may do more than their job needs."""

from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Workflow
from assay.inspectors.workflows._permissions import written_scopes
from assay.model.finding import Fix
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/excessive-permissions",
    title="Token with more permissions than needed",
    severity=Severity.MEDIUM,
    why="Every step of a job can use its token. Without `permissions` the token may have write access to code,"
    " packages and releases, and so has whoever takes over one step.",
    remedy="Write `permissions: contents: read` at the top of the workflow and grant what else is needed to the one job"
    " that needs it.",
    controls=("OWASP:CICD-SEC-2", "OWASP:CICD-SEC-5", "NIST-800-53:AC-6", "CWE-272"),
)

# With these a token can change what is built, shipped or trusted.
_CODE_AND_RELEASES = frozenset({"actions", "attestations", "contents", "deployments", "id-token", "packages", "pages"})


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield what grants too much: no `permissions` at all, `write-all`, `read-all`, and writing for several jobs."""
    granted = workflow.root.get("permissions")
    if granted is None:
        yield from _ungoverned(workflow)
    else:
        yield from _granted_to_all(granted, anchor="permissions")
        if len(workflow.jobs) > 1:
            yield from _written_by_all(granted)
    for job in workflow.jobs:
        own = job.node.get("permissions")
        if own is not None:
            yield from _granted_to_all(own, anchor=f"{job.path}.permissions")


def _ungoverned(workflow: Workflow) -> Iterator[Match]:
    # A workflow that is only called has at most what its caller grants, and the finding belongs there.
    if set(workflow.triggers) <= {"workflow_call"}:
        return
    jobs = [job for job in workflow.jobs if job.node.get("permissions") is None]
    if jobs and len(jobs) == len(workflow.jobs):
        message = "neither the workflow nor its jobs say what their token may do, so the repository's default holds"
        on = workflow.root.pairs["on"].key
        yield match_at(RULE, on, message, anchor="permissions", confidence=Confidence.MEDIUM, fix=_read_only(workflow))
        return
    for job in jobs:
        message = f"neither the workflow nor the job {job.id} says what its token may do"
        yield match_at(RULE, job.key, message, anchor=f"{job.path}.permissions", confidence=Confidence.MEDIUM)


def _granted_to_all(permissions: yaml.Node, *, anchor: str) -> Iterator[Match]:
    match permissions:
        case yaml.Scalar(text="write-all"):
            message = "write-all lets the token change everything in the repository"
            yield match_at(RULE, permissions, message, anchor=anchor, severity=Severity.HIGH)
        case yaml.Scalar(text="read-all"):
            message = "read-all lets the token read more than the code, alerts and packages included"
            yield match_at(RULE, permissions, message, anchor=anchor, severity=Severity.LOW)
        case _:
            return


def _written_by_all(permissions: yaml.Node) -> Iterator[Match]:
    for pair in written_scopes(permissions):
        scope = pair.key.text
        severity = Severity.HIGH if scope in _CODE_AND_RELEASES else Severity.MEDIUM
        message = f"{scope}: write holds for every job; grant it to the job that needs it"
        yield match_at(RULE, pair.key, message, anchor=f"permissions.{scope}", severity=severity)


def _read_only(workflow: Workflow) -> Fix | None:
    if workflow.root.flow:
        return None
    lines = ("permissions:", "  contents: read", "")
    edit = yaml.insert_before(workflow.data, workflow.root.pairs["jobs"], lines)
    # A job that writes would fail from then on.
    return Fix(description="let the token only read the code", safe=False, edits=(edit,))
