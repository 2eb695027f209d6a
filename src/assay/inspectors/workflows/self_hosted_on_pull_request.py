"""Own machines that run the code of pull requests."""

from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._expressions import fences
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Job, Workflow
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/self-hosted-on-pull-request",
    title="Pull requests run on own machines",
    severity=Severity.HIGH,
    why="A self-hosted runner keeps its disk, its network and its credentials from one job to the next. In a public"
    " repository anyone's pull request can leave something there for the next job.",
    remedy="Run pull requests on GitHub's runners, or on machines that are made for one job and destroyed after it.",
    controls=("OWASP:CICD-SEC-4", "OWASP:CICD-SEC-7", "NIST-800-53:SC-39", "CWE-668"),
)

_BY_PULL_REQUEST = frozenset({"pull_request", "pull_request_target", "issue_comment", "workflow_run"})
_LABEL = "self-hosted"


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every job on a self-hosted runner that a pull request can start; a matrix is looked through."""
    if _BY_PULL_REQUEST.isdisjoint(workflow.triggers):
        return
    for job in workflow.jobs:
        place = _own_machine(job)
        if place:
            message = f"a pull request can run code on the machine that runs the job {job.id}"
            anchor = f"{job.path}.runs-on"
            yield match_at(RULE, place, message, anchor=anchor, confidence=Confidence.MEDIUM)


def _own_machine(job: Job) -> yaml.Scalar | None:
    """Return the label that asks for a self-hosted runner, itself or by way of the matrix."""
    for label in job.runner_labels:
        if label.text.lower() == _LABEL:
            return label
    names = [fence.body.lower() for label in job.runner_labels for fence in fences(label.text)]
    if not any(name.startswith("matrix.") for name in names):
        return None
    values = (node for value in job.matrix_values(None) for _, node in yaml.walk(value))
    own = any(isinstance(node, yaml.Scalar) and node.text.lower() == _LABEL for node in values)
    return job.runner_labels[0] if own else None
