"""Actions, reusable workflows and images that a name of theirs does not fix."""

from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Kind, Workflow, scalar
from assay.inspectors.workflows._uses import ImageUse, RepositoryUse, parse_uses
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/unpinned-action",
    title="Action not pinned to a commit",
    severity=Severity.HIGH,
    why="A tag or branch can be moved to other code at any time, and that code then runs with the job's token and"
    " secrets.",
    remedy="Name the full commit id and keep the version in a comment, for example"
    " `uses: owner/action@<40 hex digits> # v1.2.3`; name images by their sha256 digest.",
    controls=("OWASP:CICD-SEC-3", "OWASP:CICD-SEC-8", "CIS-SSC:3.1.7", "NIST-800-53:SR-3", "CWE-829"),
)

# GitHub publishes these itself: who can move their tags runs the platform as well.
_FIRST_PARTY = frozenset({"actions", "github"})
_BRANCHES = frozenset({"dev", "develop", "head", "latest", "main", "master", "trunk"})
# Its provenance is verified by the tag, so its documentation forbids commit ids.
_NAMED_BY_TAG = frozenset({"slsa-framework/slsa-github-generator"})


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every `uses` without a full commit id, and every `docker://` image without a digest."""
    for node, anchor in _places(workflow):
        match parse_uses(node.text):
            case RepositoryUse(pinned=False) as use:
                severity, confidence = _weight(use)
                message = f"{use.owner}/{use.repository} is {_how(use)}, which can be moved to other code"
                yield match_at(RULE, node, message, anchor=anchor, severity=severity, confidence=confidence)
            case ImageUse(pinned=False):
                message = "the image is not named by its sha256 digest, so its tag can be moved to another image"
                yield match_at(RULE, node, message, anchor=anchor, severity=Severity.MEDIUM)


def _places(workflow: Workflow) -> Iterator[tuple[yaml.Scalar, str]]:
    for job in workflow.jobs:
        if job.uses:
            yield job.uses, f"{job.path}.uses"
    for step in workflow.steps:
        if step.uses:
            yield step.uses, f"{step.path}.uses"
    image = scalar(workflow.root, "runs", "image")
    if workflow.kind is Kind.ACTION and image:
        yield image, "runs.image"


def _how(use: RepositoryUse) -> str:
    if not use.ref:
        return "used without a ref"
    return "used by a branch" if use.ref.lower() in _BRANCHES else "used by a tag or branch, not by a full commit id"


def _weight(use: RepositoryUse) -> tuple[Severity, Confidence]:
    if use.name in _NAMED_BY_TAG:
        return Severity.INFO, Confidence.LOW
    if use.owner.lower() not in _FIRST_PARTY:
        return Severity.HIGH, Confidence.HIGH
    return (Severity.MEDIUM if use.ref.lower() in _BRANCHES else Severity.LOW), Confidence.HIGH
