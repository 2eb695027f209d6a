"""Calls that hand over every secret."""

from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Workflow, scalar
from assay.inspectors.workflows._uses import LocalUse, parse_uses
from assay.model.outcome import Severity
from assay.model.rule import Rule

RULE = Rule(
    id="workflows/secrets-inherit",
    title="Called workflow gets every secret",
    severity=Severity.MEDIUM,
    why="`secrets: inherit` gives the called workflow all secrets of the repository and the organization, those that it"
    " has no use for included, and nobody sees which ones it reads.",
    remedy="Name the secrets that the called workflow needs under `secrets`.",
    controls=("OWASP:CICD-SEC-6", "NIST-800-53:AC-6", "CWE-272"),
)


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every call of a workflow with `secrets: inherit`; one of this repository is less of a risk."""
    for job in workflow.jobs:
        secrets = scalar(job.node, "secrets")
        if job.uses and secrets and secrets.text == "inherit":
            own = isinstance(parse_uses(job.uses.text), LocalUse)
            message = f"the job {job.id} gives every secret to the workflow that it calls"
            severity = Severity.LOW if own else None
            yield match_at(RULE, secrets, message, anchor=f"{job.path}.secrets", severity=severity)
