"""Programs that come over the network and run unseen."""

import re
from collections.abc import Iterator

from assay.inspectors._base import Match
from assay.inspectors.workflows._model import Workflow
from assay.model.outcome import Confidence, Severity
from assay.model.rule import Rule

RULE = Rule(
    id="workflows/curl-pipe-shell",
    title="Download piped into a shell",
    severity=Severity.MEDIUM,
    why="What the server sends is run as it comes: whoever controls the server, or its name, controls the job, and no"
    " record says what ran.",
    remedy="Download a named version, compare its sha256 with one in the repository, then run it.",
    controls=("OWASP:CICD-SEC-3", "OWASP:CICD-SEC-9", "NIST-800-53:SI-7", "CWE-494"),
)

# Long enough for any one command; bounded so that a line of nothing but `curl` takes linear time.
_ARGUMENTS = r"(?:\\\r?\n|(?!&&)[^\n|;]){0,600}?"
_FETCH = r"\b(?:curl|wget)\b"
_SUDO = r"(?:sudo\s{1,9}(?:-\S{1,50}\s{1,9}){0,5})?"
_SHELL = r"(?:/\S{1,50}/)?(?:ba|da|k|z)?sh(?![\w.-])(?!\s{1,9}-c\b)"
_INTERPRETER = r"(?:python|perl|ruby|node)[\d.]{0,9}(?:\s{1,9}-)?\s{0,9}(?=[\n;&|]|$)"
_WEB_REQUEST = r"(?:iwr|irm|invoke-webrequest|invoke-restmethod)\b"
_WEB_CLIENT = r"(?:\$?\(\s{0,9})?new-object\s{1,9}(?:system\.)?net\.webclient\b"
_EVALUATE = r"\b(?:iex|invoke-expression)\b"
_WAYS = (
    _FETCH + _ARGUMENTS + r"\|\s{0,100}(?:\\\r?\n\s{0,100})?" + _SUDO + f"(?:{_SHELL}|{_INTERPRETER})",
    r"(?:\b(?:ba|da|k|z)?sh|\bsource|(?:^|\s)\.)\s{1,9}(?:-\S{1,50}\s{1,9}){0,5}<\(\s{0,9}" + _FETCH,
    r"\b(?:(?:ba)?sh\s{1,9}-c|eval)\s{1,9}[\"']?\$\(\s{0,9}" + _FETCH,
    r"\b" + _WEB_REQUEST + r"[^\n|;]{0,600}?\|\s{0,9}" + _EVALUATE,
    _EVALUATE + r"[\s(&\"']{0,10}(?:\$\()?(?:" + _WEB_REQUEST + "|" + _WEB_CLIENT + ")",
)
_PIPED = re.compile("|".join(_WAYS).encode(), re.IGNORECASE | re.MULTILINE)
_NOT_RUN = re.compile(rb"\s*(?:#|echo\b|printf\b|Write-Host\b)")


def check(workflow: Workflow) -> Iterator[Match]:
    """Yield every command in a `run` that gives a download to an interpreter."""
    for step in workflow.steps:
        if step.run is None:
            continue
        for found in _PIPED.finditer(workflow.data, step.run.start, step.run.end):
            line = workflow.data[workflow.data.rfind(b"\n", 0, found.start()) + 1 : found.start()]
            if not _NOT_RUN.match(line):
                yield Match(
                    rule=RULE.id,
                    start=found.start(),
                    end=found.end(),
                    message="a download is run without a look at what came",
                    anchor=f"{step.path}.run",
                    confidence=Confidence.LOW,
                )
