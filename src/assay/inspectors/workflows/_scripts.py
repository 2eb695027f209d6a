"""Texts of a step that some program runs as code."""

import re
from collections.abc import Iterator

from assay.inspectors.workflows._expressions import Fence, fences
from assay.inspectors.workflows._model import Step, Workflow, mapping, scalar
from assay.inspectors.workflows._uses import RepositoryUse
from assay.source import yaml

# Inputs that the action runs as a script, by action, after each action's own documentation.
_SCRIPT_INPUTS = {
    "actions/github-script": ("script",),
    "addnab/docker-run-action": ("run",),
    "amadevus/pwsh-script": ("script",),
    "appleboy/ssh-action": ("script",),
    "azure/cli": ("inlinescript",),
    "azure/powershell": ("inlinescript",),
    "cardinalby/js-eval-action": ("expression",),
    "jannekem/run-python-script-action": ("script",),
    "mikefarah/yq": ("cmd",),
    "nick-fields/retry": ("command", "new_command_on_retry", "on_retry_command"),
    "nick-invision/retry": ("command", "new_command_on_retry", "on_retry_command"),
}
_BASH = re.compile(r"(?:bash|sh)(?:\s|$)")


def scripts(step: Step) -> Iterator[tuple[str, yaml.Scalar]]:
    """Yield (object path below the step, scalar) for every text that is run."""
    if step.run:
        yield "run", step.run
    if isinstance(step.action, RepositoryUse):
        wanted = _SCRIPT_INPUTS.get(step.action.name, ())
        for name, pair in step.inputs.pairs.items():
            if name.lower() in wanted and isinstance(pair.value, yaml.Scalar):
                yield f"with.{name}", pair.value


def runs_in_bash(workflow: Workflow, step: Step) -> bool:
    """Whether `run` is read by a POSIX shell for certain."""
    places: list[yaml.Node | None] = [step.node]
    if step.job:
        places += [mapping(step.job.node, "defaults", "run"), mapping(workflow.root, "defaults", "run")]
    shell = next((found.text for place in places if (found := scalar(place, "shell"))), None)
    if shell is not None:
        return _BASH.match(shell) is not None
    labels = [label.text for label in step.job.runner_labels] if step.job else []
    return bool(labels) and all(label.startswith(("ubuntu-", "macos-")) for label in labels)


def located_fences(data: bytes, node: yaml.Scalar) -> Iterator[tuple[Fence, int, int]]:
    """Yield every `${{ }}` of `node` with its bytes, which are the whole scalar's once escapes hide one in the file."""
    position, hidden = node.start, False
    for fence in fences(node.text):
        start = -1 if hidden else data.find(b"${{", position, node.end)
        found = None if start == -1 else _as_written(node, fence).match(data, start, node.end)
        if found is None:
            hidden = True
            yield fence, node.start, node.end
        else:
            position = found.end()
            yield fence, start, position


def _as_written(node: yaml.Scalar, fence: Fence) -> re.Pattern[bytes]:
    """Return what matches `fence` in the file, where a line break and its indentation may stand for one blank."""
    words = node.text[fence.start : fence.end].encode("utf-8").split()
    return re.compile(rb"\s+".join(re.escape(word) for word in words))
