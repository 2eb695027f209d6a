"""Registry passwords in the workflow."""

from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._model import Workflow, mapping, scalar
from assay.model.outcome import Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/hardcoded-container-credentials",
    title="Registry password in the workflow",
    severity=Severity.HIGH,
    why="A password in a workflow is read by everyone who can read the repository, and stays in its history.",
    remedy="Revoke the password, store a new one as a secret, and write `password: ${{ secrets.NAME }}`.",
    controls=("OWASP:CICD-SEC-6", "CIS-SSC:2.3.8", "NIST-800-53:IA-5", "CWE-798"),
)


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every literal `credentials.password` of a job's container and services."""
    for job in workflow.jobs:
        services = mapping(job.node, "services").pairs
        paths = [("container",), *(("services", name) for name in services)]
        for path in paths:
            password = scalar(job.node, *path, "credentials", "password")
            if password and password.text and "${{" not in password.text:
                place = yaml.format_path((*path, "credentials", "password"))
                yield Match(
                    rule=RULE.id,
                    start=password.start,
                    end=password.end,
                    message="the password of a container registry is written in the workflow",
                    anchor=f"{job.path}.{place}",
                    value=workflow.data[password.start : password.end],
                )
