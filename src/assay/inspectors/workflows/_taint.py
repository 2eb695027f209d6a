"""Where the value of an expression comes from, followed through the workflow: `env`, `inputs`, `matrix`, `needs`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TypeAlias

from assay.errors import SourceError
from assay.inspectors.workflows._expressions import (
    Call,
    Context,
    Expression,
    Operation,
    fences,
    parsed,
)
from assay.inspectors.workflows._model import Job, Kind, Step, Workflow, mapping, text
from assay.inspectors.workflows._origins import Origin, of_context, of_github
from assay.inspectors.workflows._uses import RepositoryUse
from assay.source import yaml

# More than workflows have one after the other. Each takes some ten calls of Python's thousand, and an origin that was
# not followed to its end would be a way to hide it, so the file is then not evaluated.
MAX_JOBS = 20

# Functions whose value is a boolean or a hash, whatever they are given.
_NARROWING = frozenset({"always", "cancelled", "contains", "endswith", "failure", "hashfiles", "startswith", "success"})
# Input types whose values GitHub checks.
_CHECKED_TYPES = frozenset({"boolean", "choice", "environment", "number"})

# Outputs with names of files or branches of a pull request, by action.
_LISTS_FILES = re.compile(r"(?!any_|only_).*(?<!_count)(?<!_keys)")
_OUTSIDER_OUTPUTS = {
    "dorny/paths-filter": re.compile(r".*_files"),
    "jitterbit/get-changed-files": _LISTS_FILES,
    "step-security/changed-files": _LISTS_FILES,
    "tj-actions/branch-names": re.compile(r"current_branch|head_ref_branch|ref_branch"),
    "tj-actions/changed-files": _LISTS_FILES,
    "trilom/file-changes-action": _LISTS_FILES,
    "xt0rted/pull-request-comment-branch": re.compile(r"head_ref"),
}
_FIXED_OUTPUTS = frozenset(
    {"artifact-digest", "artifact-id", "artifact-url", "cache-hit", "digest", "pull-request-number"}
)


class Level(IntEnum):
    """Whose `env` an expression can read; the inner ones read the outer ones too."""

    NONE = 0
    WORKFLOW = 1
    JOB = 2
    STEP = 3


Known: TypeAlias = dict[tuple[yaml.Node, Job | None, Level], Origin]
"""Origins of nodes, by where they are read: an alias may bring one node into several jobs and levels."""


@dataclass(frozen=True, slots=True)
class Source:
    """A context that a value comes from, and who chooses it."""

    context: Context
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where an expression stands, and so what its contexts mean; outside of a job there is no job, and so on."""

    workflow: Workflow
    job: Job | None = None
    step: Step | None = None
    known: Known = field(default_factory=dict)
    """What was followed already: one dictionary for the scopes of one workflow."""
    variables: Level = Level.STEP
    jobs: int = 0
    """How many jobs the value has been followed through."""

    def sources(self, expression: Expression) -> Iterator[Source]:
        """Yield what can become part of the expression's value, origins followed to their end.

        A comparison gives a boolean and `a && b` gives `b` or something empty, so what they read is no source.
        """
        match expression:
            case Context():
                yield Source(expression, self._origin(expression))
            case Operation("&&", (_, right)):
                yield from self.sources(right)
            case Operation("||", operands):
                for operand in operands:
                    yield from self.sources(operand)
            case Call(name, arguments) if name not in _NARROWING:
                for argument in _results(name, arguments):
                    yield from self.sources(argument)

    def _origin(self, context: Context) -> Origin:
        keys = context.keys
        match context.name, keys:
            case "github", ("event", "inputs", *rest):
                origin = self._of_input(rest[0] if rest else None)
            case "github", _:
                origin = of_github(keys, triggers=self.workflow.triggers.keys())
            case ("inputs", ()) | ("inputs", (None, *_)):
                origin = self._of_input(None)
            case "inputs", (name, *_):
                origin = self._of_input(name)
            case "env", (str(name), *_):
                origin = self._of_variable(name)
            case "matrix", _:
                origin = self._of_matrix(keys[0] if keys else None)
            case "needs", (str(job), "outputs", str(name), *_):
                origin = self._of_need(job, name)
            case "steps", (str(step), "outputs", str(name), *_):
                origin = self._of_output(step, name)
            case ("steps", (_, "conclusion" | "outcome")) | ("needs", (_, "result")):
                origin = Origin.FIXED
            case _:
                origin = of_context(context.name)
        return origin

    def _of_input(self, name: str | None) -> Origin:
        if self.workflow.kind is Kind.ACTION:
            return Origin.CALLER
        for event in ("workflow_dispatch", "workflow_call"):
            declared = self.workflow.members(mapping(self.workflow.root, "on", event, "inputs"))
            asked = declared.values() if name is None else [declared[name]] if name in declared else []
            if any(text(input_, "type") not in _CHECKED_TYPES for input_ in asked):
                return Origin.CALLER
        return Origin.FIXED

    def _of_variable(self, name: str) -> Origin:
        """Follow a variable; what `env` says is itself read one level further out."""
        places = (
            (Level.STEP, self.step.node if self.step else None, self),
            (Level.JOB, self.job.node if self.job else None, replace(self, step=None)),
            (Level.WORKFLOW, self.workflow.root, replace(self, job=None, step=None)),
        )
        for level, node, scope in places:
            value = self.workflow.members(mapping(node, "env")).get(name) if level <= self.variables else None
            if value:
                return replace(scope, variables=Level(level - 1)).of_node(value)
        # Set by a step through GITHUB_ENV, or not at all.
        return Origin.COMPUTED

    def _of_matrix(self, name: str | None) -> Origin:
        if self.job is None:
            return Origin.FIXED
        scope = replace(self, step=None, variables=Level.NONE)
        return max((scope.of_node(value) for value in self.job.matrix_values(name)), default=Origin.FIXED)

    def _of_need(self, job: str, name: str) -> Origin:
        needed = self.workflow.jobs_by_id.get(job)
        if needed is None or needed.uses:
            return Origin.COMPUTED
        value = self.workflow.members(mapping(needed.node, "outputs")).get(name)
        if value is None:
            return Origin.FIXED
        if self.jobs == MAX_JOBS:
            raise SourceError(f"a value must come through at most {MAX_JOBS} jobs")
        return replace(self, job=needed, step=None, variables=Level.JOB, jobs=self.jobs + 1).of_node(value)

    def _of_output(self, step_id: str, name: str) -> Origin:
        if name in _FIXED_OUTPUTS:
            return Origin.FIXED
        step = (self.job or self.workflow).steps_by_id.get(step_id)
        pattern = _OUTSIDER_OUTPUTS.get(step.action.name) if step and isinstance(step.action, RepositoryUse) else None
        if pattern is None:
            return Origin.COMPUTED
        return Origin.OUTSIDER if pattern.fullmatch(name) else Origin.FIXED

    def of_node(self, node: yaml.Node) -> Origin:
        """Return the worst origin of all expressions in the scalars below `node`."""
        key = (node, self.job, self.variables)
        if key not in self.known:
            # A job that needs itself, which GitHub refuses, finds this and stops.
            self.known[key] = Origin.FIXED
            texts = (part.text for _, part in yaml.walk(node) if isinstance(part, yaml.Scalar))
            found = (source.origin for value in texts for source in self._of_text(value))
            self.known[key] = max(found, default=Origin.FIXED)
        return self.known[key]

    def _of_text(self, value: str) -> Iterator[Source]:
        for fence in fences(value):
            expression = parsed(fence.body)
            if expression:
                yield from self.sources(expression)


def _results(name: str, arguments: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """Return the arguments that can become part of the function's value."""
    if name == "case":
        # Conditions and values in turn, then what holds otherwise.
        return (*arguments[1::2], *arguments[-1:])
    return arguments
