"""The report for a step of a GitHub Actions job: annotations for the most severe findings, then the text report.

Trusted: nothing of the report. Not trusted: a path or message that starts a line with `::` or holds `##[`, which the
runner would take for a command (actions/runner, `ActionCommand.cs`). If lost: a file name could mask the log, or
forge an annotation.
"""

import hashlib
from collections.abc import Iterator, Mapping

from assay.model.decision import Reason
from assay.model.finding import Finding
from assay.model.outcome import Severity
from assay.model.report import Report
from assay.output import facts, text
from assay.output.excerpts import columns
from assay.output.plain import visible
from assay.output.terminal import Terminal
from assay.output.verdict import Tone, count, summarise

# GitHub shows no more of each kind for one step (docs.github.com, limits of workflow annotations): one error and one
# notice of ours say what the whole came to.
MAX_EACH = 9
_COMMANDS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}
_VERDICTS = {Tone.GOOD: "notice", Tone.CAUTION: "warning", Tone.BAD: "error"}


def render(report: Report, terminal: Terminal) -> str:
    """Return the lines to print: annotations first, the whole text report in a group where no command is obeyed."""
    lines = [*_annotations(report), *_log(report, terminal)]
    return "\n".join(lines) + "\n"


def _annotations(report: Report) -> Iterator[str]:
    summary = summarise(report)
    accepted = facts.waivers(report)
    kinds: dict[str, list[Finding]] = {"error": [], "warning": [], "notice": []}
    for finding in facts.most_severe_first(report.inspection.findings):
        kinds["notice" if finding.fingerprint in accepted else _COMMANDS[finding.severity]].append(finding)
    left_out = sum(len(found[MAX_EACH:]) for found in kinds.values())
    note = f" {count(left_out, 'more finding')} in the log of this step." if left_out else ""
    yield command(_VERDICTS[summary.tone], f"{summary.sentence}{note}", title=f"Assay: {summary.label}")
    for kind, found in kinds.items():
        for finding in found[:MAX_EACH]:
            yield _annotation(kind, finding, report, accepted)


def _annotation(kind: str, finding: Finding, report: Report, accepted: Mapping[str, Reason]) -> str:
    message, place = finding.message, finding.place
    if waiver := accepted.get(finding.fingerprint):
        message = f"{message} (waived: {waiver.message})"
    in_tree = bool(place.path) and place.commit is None
    if not in_tree:
        message = f"{facts.where(finding)}: {message}"
    properties: dict[str, str] = {"file": place.path} if in_tree else {}
    if in_tree and place.span:
        properties |= {"line": str(place.span.line), "endLine": str(place.span.end_line)}
        found = columns(finding, report.excerpts.get(finding.fingerprint))
        if found and place.span.line == place.span.end_line:
            # GitHub refuses columns on annotations of several lines.
            properties |= {"col": str(found[0]), "endColumn": str(found[1])}
    return command(kind, message, **properties, title=f"{finding.severity}: {finding.rule}")


def command(name: str, data: str, /, **properties: str) -> str:
    """Return one workflow command, its data and properties escaped as the runner undoes it."""
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name}{' ' if written else ''}{written}::{_data(data)}"


def _data(text_: str) -> str:
    return visible(text_).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _log(report: Report, terminal: Terminal) -> Iterator[str]:
    """Yield the text report where the runner obeys nothing but one word it cannot hold: the hash of itself."""
    body = "\n".join(_inert(line) for line in text.render(report, terminal).splitlines())
    token = hashlib.sha256(body.encode("utf-8", "backslashreplace")).hexdigest()
    yield command("group", "Assay report")
    yield f"::stop-commands::{token}"
    yield body
    yield f"::{token}::"
    yield "::endgroup::"


def _inert(line: str) -> str:
    """Return a line that is no command even where commands are obeyed: a copied log, another runner."""
    line = line.replace("##[", "## [")
    return line.replace("::", ": :", 1) if line.lstrip().startswith("::") else line
