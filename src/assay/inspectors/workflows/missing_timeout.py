"""Jobs that may hang for six hours."""

from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Job, Workflow
from assay.model.finding import Edit, Fix
from assay.model.outcome import Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/missing-timeout",
    title="Job without a time limit",
    severity=Severity.LOW,
    why="Without `timeout-minutes` a job that hangs, or that someone keeps busy, holds a runner for six hours.",
    remedy="Set `timeout-minutes` to a little more than the job's longest usual run.",
    controls=("OWASP:CICD-SEC-7", "NIST-800-53:SC-5", "CWE-400"),
)

# Long for a job of a change, a sixth of GitHub's default.
_MINUTES = 60


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every job that has steps, no time limit, and a step without one; calls of workflows cannot have any."""
    for job in workflow.jobs:
        unlimited = job.node.get("timeout-minutes") is None and not _every_step_is_limited(job)
        if unlimited and job.steps and not job.uses:
            message = f"the job {job.id} has no timeout-minutes, so it may run for six hours"
            yield match_at(RULE, job.key, message, anchor=job.path, fix=_limit(workflow.data, job))


def _every_step_is_limited(job: Job) -> bool:
    return all(step.node.get("timeout-minutes") is not None for step in job.steps)


def _limit(data: bytes, job: Job) -> Fix:
    edit = _edit(data, job.node, f"timeout-minutes: {_MINUTES}")
    return Fix(description=f"stop the job after {_MINUTES} minutes", safe=True, edits=(edit,))


def _edit(data: bytes, job: yaml.Mapping, line: str) -> Edit:
    if job.flow:
        return yaml.insert_into_flow(job, line)
    runs_on = job.pairs.get("runs-on")
    if runs_on and yaml.on_one_line(data, runs_on):
        return yaml.insert_after(data, runs_on, (line,))
    return yaml.insert_before(data, job.pairs["steps"], (line,))
