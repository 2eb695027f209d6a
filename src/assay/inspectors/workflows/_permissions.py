"""What the token of a job may do, as far as the workflow says."""

from assay.inspectors.workflows._model import Job, Workflow
from assay.source import yaml


def written_scopes(permissions: yaml.Node) -> tuple[yaml.Pair, ...]:
    """Return the pairs of a `permissions` mapping that grant `write`."""
    pairs = permissions.pairs.values() if isinstance(permissions, yaml.Mapping) else ()
    return tuple(pair for pair in pairs if isinstance(pair.value, yaml.Scalar) and pair.value.text == "write")


def of_job(workflow: Workflow, job: Job) -> yaml.Node | None:
    """Return the `permissions` that hold for `job`, None where the repository's default holds."""
    own = job.node.get("permissions")
    return workflow.root.get("permissions") if own is None else own


def may_write(workflow: Workflow, job: Job) -> bool:
    """Whether the job's token can write something, or nothing says that it cannot."""
    match of_job(workflow, job):
        case yaml.Mapping() as scopes:
            return bool(written_scopes(scopes))
        case yaml.Scalar(text="read-all"):
            return False
        case _:
            return True
