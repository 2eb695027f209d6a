"""Files that GitHub will not run."""

import re
from collections.abc import Iterator

from assay.errors import SourceError
from assay.inspectors._base import Match
from assay.inspectors.workflows._expressions import fences, parse_expression
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Job, Kind, Step, Workflow
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/syntax",
    title="Not a usable workflow",
    severity=Severity.MEDIUM,
    why="GitHub refuses the whole file, so every check in it is silently missing.",
    remedy="Correct the place named; `on`, `jobs`, and in each job `runs-on` with `steps`, or `uses`, must be there.",
    controls=("OWASP:CICD-SEC-7", "NIST-800-53:CM-6"),
)

_INDEX = re.compile(r"\[\d+\]")
# What a step can do; GitHub takes one of these.
_DOES = frozenset({"run", "uses", "wait", "wait-all", "cancel"})


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield what keeps a well-formed YAML file from being a workflow; malformed YAML is an error, not a finding."""
    if len(workflow.documents) != 1 or not isinstance(workflow.documents[0], yaml.Mapping):
        yield _not_a_workflow(workflow)
        return
    if workflow.kind is Kind.WORKFLOW:
        yield from _of_workflow(workflow)
    for step in workflow.steps:
        yield from _of_step(step)
    yield from _of_expressions(workflow)


def _not_a_workflow(workflow: Workflow) -> Match:
    first = workflow.documents[1] if len(workflow.documents) > 1 else yaml.Scalar(start=0, end=0, text="", style="")
    message = f"a workflow must be one YAML document that is a mapping, found {len(workflow.documents)} documents"
    if len(workflow.documents) == 1:
        message = "a workflow must be a mapping"
    return match_at(RULE, first, message, anchor="document")


def _of_workflow(workflow: Workflow) -> Iterator[Match]:
    start = yaml.Scalar(start=workflow.root.start, end=workflow.root.start, text="", style="")
    if not workflow.triggers:
        yield match_at(RULE, start, "a workflow must name its events under `on`", anchor="on")
    jobs = workflow.root.get("jobs")
    if not isinstance(jobs, yaml.Mapping) or not jobs.pairs:
        yield match_at(RULE, jobs or start, "a workflow must have jobs, a mapping by their ids", anchor="jobs")
        return
    for id_, pair in jobs.pairs.items():
        if not isinstance(pair.value, yaml.Mapping):
            yield match_at(RULE, pair.key, "a job must be a mapping", anchor=yaml.format_path(("jobs", id_)))
    for job in workflow.jobs:
        yield from _of_job(job)


def _of_job(job: Job) -> Iterator[Match]:
    called, runner, steps = job.uses, job.node.get("runs-on"), job.node.get("steps")
    if (called is None) == (runner is None):
        message = f"the job {job.id} must have either runs-on or uses"
        yield match_at(RULE, job.key, message, anchor=job.path)
    elif runner is not None and not isinstance(steps, yaml.Sequence):
        message = f"the job {job.id} must have steps, a list"
        yield match_at(RULE, steps or job.key, message, anchor=f"{job.path}.steps")
    for item in steps.items if isinstance(steps, yaml.Sequence) else ():
        if not isinstance(item, yaml.Mapping):
            yield match_at(RULE, item, "a step must be a mapping", anchor=f"{job.path}.steps[]")


def _of_step(step: Step) -> Iterator[Match]:
    if len(_DOES & set(step.node.pairs)) != 1:
        yield match_at(RULE, step.node, "a step must have either run or uses", anchor=step.path)


def _of_expressions(workflow: Workflow) -> Iterator[Match]:
    part = "jobs" if workflow.kind is Kind.WORKFLOW else "runs"
    below = workflow.root.get(part)
    for path, node in yaml.walk(below, (part,)) if below else ():
        if isinstance(node, yaml.Scalar) and "${{" in node.text:
            problem = _problem(node)
            if problem:
                # Steps may move.
                anchor = _INDEX.sub("[]", yaml.format_path(path))
                yield match_at(RULE, node, problem, anchor=anchor, confidence=Confidence.MEDIUM)


def _problem(node: yaml.Scalar) -> str | None:
    found = list(fences(node.text))
    if len(found) < node.text.count("${{"):
        return "an expression is not closed by }}"
    for fence in found:
        try:
            parse_expression(fence.body)
        except SourceError as error:
            return f"GitHub cannot read an expression: {error.message}"
    return None
