"""Events that run with secrets on behalf of people without write access."""

import re
from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._expressions import Context, Expression, Literal, Operation, condition_of
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Job, Step, Workflow, scalar, text
from assay.inspectors.workflows._permissions import may_write
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/dangerous-trigger",
    title="Privileged run started by a pull request",
    severity=Severity.HIGH,
    why="pull_request_target and workflow_run run with the repository's secrets and a token that may write, even for a"
    " pull request from a fork. If such a run builds the fork's code, the fork has both.",
    remedy="Use pull_request. Where secrets are needed, split: an unprivileged run builds, a privileged one reads its"
    " artifact as data and never checks out the head of the pull request.",
    controls=("OWASP:CICD-SEC-4", "OWASP:CICD-SEC-1", "NIST-800-53:AC-6", "CWE-829"),
)

_PRIVILEGED = ("pull_request_target", "workflow_run")
# Started by people without write access, and harmless until they check out that person's code.
_STARTED_BY_OUTSIDERS = frozenset({*_PRIVILEGED, "issue_comment"})

_HEAD = re.compile(
    r"github\.(?:head_ref|event\.pull_request\.head\.|event\.workflow_run\.head_)|refs/pull/|steps\.[\w-]+\.outputs\.head_",
    re.IGNORECASE,
)
_FETCHES_HEAD = re.compile(
    r"\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull)\b[^\n]{0,200}\bpull/|\bhub\s+pr\s+checkout\b"
)
# Whose branch it is; a condition on one of these keeps forks out.
_HEAD_REPOSITORY = re.compile(
    r"github\.event\.(?:pull_request\.head\.repo|workflow_run\.head_repository)\.(?:full_name|id|node_id|owner\.login)"
)
_IS_FORK = re.compile(r"github\.event\.(?:pull_request\.head\.repo|workflow_run\.head_repository)\.fork")


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield each privileged trigger, and each checkout of the head that such a trigger brings."""
    for name in _PRIVILEGED:
        if name in workflow.triggers:
            yield _of_trigger(workflow, name)
    if not _STARTED_BY_OUTSIDERS.isdisjoint(workflow.triggers):
        for job in workflow.jobs:
            for step in job.steps:
                yield from _of_checkout(job, step)


def _of_trigger(workflow: Workflow, name: str) -> Match:
    message = f"{name} runs with the repository's secrets for pull requests from forks"
    return match_at(
        RULE,
        workflow.triggers[name],
        message,
        anchor=f"on.{name}",
        severity=_weight(workflow),
        confidence=Confidence.MEDIUM,
    )


def _weight(workflow: Workflow) -> Severity:
    if not any(step.run or step.runs_action("actions/checkout") for step in workflow.steps):
        # Actions alone, such as one that sets labels: nothing of the pull request is run or lies on the disk.
        return Severity.LOW
    governed = not any(may_write(workflow, job) for job in workflow.jobs)
    return Severity.MEDIUM if governed else Severity.HIGH


def _of_checkout(job: Job, step: Step) -> Iterator[Match]:
    for place, node in _heads(step):
        guarded = any(_keeps_forks_out(text(part, "if")) for part in (job.node, step.node))
        message = "code of the pull request is checked out in a run that holds the repository's secrets"
        yield match_at(
            RULE,
            node,
            message,
            anchor=f"{step.path}.{place}",
            severity=Severity.MEDIUM if guarded else Severity.CRITICAL,
            confidence=Confidence.LOW if guarded else Confidence.HIGH,
        )


def _heads(step: Step) -> Iterator[tuple[str, yaml.Scalar]]:
    if step.runs_action("actions/checkout"):
        for name in ("ref", "repository"):
            given = scalar(step.inputs, name)
            if given and _HEAD.search(given.text):
                yield f"with.{name}", given
                return
    if step.run and _FETCHES_HEAD.search(step.run.text):
        yield "run", step.run


def _keeps_forks_out(condition: str) -> bool:
    """Whether the condition holds only where the head is a branch of this repository, whose writers started the run."""
    expression = condition_of(condition)
    return expression is not None and any(_is_guard(part) for part in _all_of(expression))


def _all_of(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Operation("&&", (left, right)):
            yield from _all_of(left)
            yield from _all_of(right)
        case _:
            yield expression


def _is_guard(expression: Expression) -> bool:
    match expression:
        case Operation("!", (Context() as fork,)) | Operation("==", (Context() as fork, Literal("false"))):
            return _IS_FORK.fullmatch(".".join(fork.path)) is not None
        case Operation("==", operands):
            paths = (".".join(operand.path) for operand in operands if isinstance(operand, Context))
            return any(_HEAD_REPOSITORY.fullmatch(path) for path in paths)
        case _:
            return False
