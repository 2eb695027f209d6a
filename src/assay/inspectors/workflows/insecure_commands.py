"""Workflow commands that GitHub has switched off, switched on again."""

from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Workflow, scalar
from assay.model.finding import Edit, Fix
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule

RULE = Rule(
    id="workflows/insecure-commands",
    title="Unsafe workflow commands allowed",
    severity=Severity.HIGH,
    why="With ACTIONS_ALLOW_UNSECURE_COMMANDS whatever a step prints may set variables and PATH for all later steps, so"
    " a printed file name or log line can take over the job.",
    remedy="Remove the variable and write to the files that $GITHUB_ENV and $GITHUB_PATH name.",
    controls=("OWASP:CICD-SEC-7", "NIST-800-53:CM-7", "CWE-77"),
)

_VARIABLE = "ACTIONS_ALLOW_UNSECURE_COMMANDS"


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every `env` of a workflow, job or step that sets the variable to something true."""
    places = [
        ("", workflow.root),
        *((f"{job.path}.", job.node) for job in workflow.jobs),
        *((f"{step.path}.", step.node) for step in workflow.steps),
    ]
    for path, node in places:
        value = scalar(node, "env", _VARIABLE)
        if value and value.text.lower() in {"true", "1"}:
            edit = Edit(start=value.start, end=value.end, replacement="false")
            fix = Fix(description="switch the commands off", safe=True, edits=(edit,))
            message = "what steps print may set variables and PATH of later steps"
            yield match_at(RULE, value, message, anchor=f"{path}env.{_VARIABLE}", fix=fix)
        elif value and "${{" in value.text:
            message = "what steps print may set variables and PATH of later steps, if the expression says so"
            yield match_at(RULE, value, message, anchor=f"{path}env.{_VARIABLE}", confidence=Confidence.LOW)
