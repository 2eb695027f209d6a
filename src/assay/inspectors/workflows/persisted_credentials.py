"""Tokens that a checkout leaves behind."""

import re
from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Step, Workflow, text
from assay.inspectors.workflows._uses import RepositoryUse
from assay.model.finding import Edit, Fix
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/persisted-credentials",
    title="Checkout leaves its token behind",
    severity=Severity.LOW,
    why="actions/checkout stores the job's token for later git commands, where every later step can read it; before its"
    " version 6 it lies in the work tree and goes into artifacts made of it.",
    remedy="Set `persist-credentials: false`, and give the token to the one step that pushes.",
    controls=("OWASP:CICD-SEC-6", "NIST-800-53:IA-5", "CWE-522"),
)

_PRIVILEGED = frozenset({"pull_request_target", "workflow_run"})
# From this version on the token is stored outside of the work tree.
_STORES_ELSEWHERE = (6, 0)
# From this version of actions/upload-artifact on, files whose names begin with a dot stay behind unless asked for.
_LEAVES_OUT_HIDDEN = (4, 4)
_NEWEST = 999
_TAG = re.compile(rb"v(\d{1,3})(?:\.(\d{1,3}))?\b")
_COMMENTED_TAG = re.compile(rb"[ \t]{0,40}#[^\d\n]{0,40}(\d{1,3})(?:\.(\d{1,3}))?\b")
# An artifact with one of these paths holds `.git`.
_WHOLE_TREE = re.compile(r"(?:\./?|\.?/?\*\*?(?:/\*)?|\$\{\{\s*github\.workspace\s*\}\}(?:/|/\*\*?(?:/\*)?)?)")
_ASKS_REMOTE = re.compile(r"\bgit\b[^\n|;&]{0,200}\b(?:push|pull|fetch|submodule|clone|ls-remote|lfs)\b")
# Actions that push with the token that the checkout has stored.
_PUSHES = frozenset(
    {
        "ad-m/github-push-action",
        "changesets/action",
        "cycjimmy/semantic-release-action",
        "endbug/add-and-commit",
        "googleapis/release-please-action",
        "jamesives/github-pages-deploy-action",
        "mathieudutour/github-tag-action",
        "peter-evans/create-pull-request",
        "stefanzweifel/git-auto-commit-action",
    }
)


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every checkout that keeps its token; worse where that leaves with an artifact or the run is privileged."""
    for steps in [job.steps for job in workflow.jobs] or [workflow.steps]:
        uploaded = asked = False
        for step in reversed(steps):
            if step.uses and step.runs_action("actions/checkout") and not _declines(step):
                severity, message = _weight(workflow, step, uploaded=uploaded)
                yield match_at(
                    RULE,
                    step.uses,
                    message,
                    anchor=f"{step.path}.with.persist-credentials",
                    severity=severity,
                    confidence=Confidence.HIGH if severity is Severity.MEDIUM else Confidence.LOW,
                    fix=_fix(workflow.data, step, safe=not asked),
                )
            uploaded = uploaded or _uploads_tree(workflow.data, step)
            asked = asked or _asks_remote(step)


def _declines(step: Step) -> bool:
    """Whether the step says anything but `true`, which the action takes for false, or leaves it to an expression."""
    return text(step.inputs, "persist-credentials").lower() not in {"", "true"}


def _weight(workflow: Workflow, step: Step, *, uploaded: bool) -> tuple[Severity, str]:
    if uploaded and step.uses and _version(workflow.data, step.uses) < _STORES_ELSEWHERE:
        return Severity.MEDIUM, "the checkout stores the job's token in the work tree, which a later step uploads"
    if not _PRIVILEGED.isdisjoint(workflow.triggers):
        return Severity.MEDIUM, "the checkout stores a privileged token where later steps can read it"
    return Severity.LOW, "the checkout stores the job's token where later steps can read it"


def _uploads_tree(data: bytes, step: Step) -> bool:
    """Whether the step makes an artifact that holds `.git`."""
    if not step.uses or not step.runs_action("actions/upload-artifact"):
        return False
    hidden = _version(data, step.uses) < _LEAVES_OUT_HIDDEN or _asks_for_hidden(step)
    paths = text(step.inputs, "path").split("\n")
    return hidden and any(_WHOLE_TREE.fullmatch(path.strip()) for path in paths)


def _asks_for_hidden(step: Step) -> bool:
    return text(step.inputs, "include-hidden-files").lower() == "true"


def _version(data: bytes, uses: yaml.Scalar) -> tuple[int, int]:
    """Return major and minor version as the ref, or the comment behind it, names them.

    `v4` is the newest of its kind, so its minor version is high; where nothing is named, both are 0.
    """
    ref = uses.text.partition("@")[2]
    found = _TAG.match(ref.encode()) or _COMMENTED_TAG.match(data, uses.end)
    if found is None:
        return 0, 0
    return int(found[1]), int(found[2]) if found[2] else _NEWEST


def _asks_remote(step: Step) -> bool:
    pushes = isinstance(step.action, RepositoryUse) and step.action.name in _PUSHES
    return pushes or (step.run is not None and _ASKS_REMOTE.search(step.run.text) is not None)


def _fix(data: bytes, step: Step, *, safe: bool) -> Fix | None:
    edit = _edit(data, step.node)
    if edit is None:
        return None
    return Fix(description="do not store the token", safe=safe, edits=(edit,))


def _edit(data: bytes, step: yaml.Mapping) -> Edit | None:
    line = "persist-credentials: false"
    inputs = step.pairs.get("with")
    match inputs and inputs.value:
        case yaml.Mapping(flow=True) as given:
            stored = given.pairs.get("persist-credentials")
            return _replaced(stored) if stored else yaml.insert_into_flow(given, line)
        case yaml.Mapping(pairs=pairs):
            stored = pairs.get("persist-credentials")
            return _replaced(stored) if stored else yaml.insert_before(data, next(iter(pairs.values())), (line,))
        case None if not step.flow and yaml.on_one_line(data, step.pairs["uses"]):
            return yaml.insert_after(data, step.pairs["uses"], ("with:", f"  {line}"))
        case _:
            return None


def _replaced(stored: yaml.Pair) -> Edit:
    return Edit(start=stored.value.start, end=stored.value.end, replacement="false")
