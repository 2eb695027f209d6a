"""Conditions that are always true."""

import re
from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._expressions import fences
from assay.inspectors.workflows._matches import match_at
from assay.inspectors.workflows._model import Workflow, scalar
from assay.model.finding import Edit, Fix
from assay.model.outcome import Severity
from assay.model.rule import Rule
from assay.source import yaml

RULE = Rule(
    id="workflows/unsound-condition",
    title="Condition that is always true",
    severity=Severity.HIGH,
    why="Where text stands beside `${{ }}` in an `if`, and be it the line break of a block scalar, GitHub makes one"
    " string of all, and a string that is not empty counts as true: the step runs although its condition fails.",
    remedy="Write the whole condition without `${{ }}`, or in one `${{ }}` and nothing else (`if: >-` drops the line"
    " break).",
    controls=("OWASP:CICD-SEC-1", "NIST-800-53:CM-3", "CWE-670"),
)
# A block scalar that keeps one line break, which is what it does when nothing is said.
_CLIPPED = re.compile(rb"[|>](?=\s)")


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every `if` in which anything stands outside of `${{ }}`."""
    places = [
        *((job.path, job.node) for job in workflow.jobs),
        *((step.path, step.node) for step in workflow.steps),
    ]
    for path, node in places:
        condition = scalar(node, "if")
        if condition and _is_text(condition.text):
            message = "text outside of ${{ }} makes this condition a string, which is always true"
            yield match_at(RULE, condition, message, anchor=f"{path}.if", fix=_fix(workflow.data, condition))


def _is_text(condition: str) -> bool:
    found = list(fences(condition))
    return bool(found) and (found[0].start, found[0].end) != (0, len(condition))


def _fix(data: bytes, condition: yaml.Scalar) -> Fix | None:
    """Drop the last line break of a block scalar, where that alone is outside."""
    header = _CLIPPED.match(data, condition.start)
    if header is None or _is_text(condition.text.removesuffix("\n")):
        return None
    end = header.end()
    # The step then runs less often, and what follows it may need it.
    return Fix(description="drop the line break", safe=False, edits=(Edit(start=end, end=end, replacement="-"),))
