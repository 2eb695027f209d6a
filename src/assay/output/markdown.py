"""The report as GitHub-flavoured Markdown for a pull request's comment or a step's summary.

Trusted: nothing of the report. Not trusted: text that would become a link, an image, HTML, a mention of a person, a
reference to an issue, or a quick action. If lost: a file name could phish the reviewer, or call in strangers.

All text of a report stands on one line, inside a table, a list or a `<details>`; paths, ids and code stand in code
spans and fences, where a forge finds no mention and no reference.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from assay.model.decision import Decision, Reason
from assay.model.finding import Finding
from assay.model.report import Excerpt, Report
from assay.output import facts
from assay.output.markup import escape
from assay.output.plain import code_line, visible
from assay.output.terminal import Terminal
from assay.output.text.rules import WORDS
from assay.output.verdict import Summary, Tone, count, points, summarise, why_command

# GitHub refuses a comment of more than 65,536 characters: findings are shown until this many are used, then counted.
MAX_FINDINGS_CHARACTERS = 48_000
# Other sections are bounded by these, so that the whole stays below GitHub's limit.
_MAX_ROWS = 20
_MAX_TEXT = 300
MARKER = "<!-- assay:report -->"
"""By this a comment is found again and updated in place."""
_SIGNS = {Tone.GOOD: "✅", Tone.CAUTION: "🟡", Tone.BAD: "⛔"}

# Punctuation with a meaning anywhere in a line (CommonMark 2.4 lets each be escaped), and what a forge reads a
# reference from: `@name`, `#1`, `!1`, `~label`, `%milestone`, `$math`, `&epic`, `:emoji:`, `://`, `www.`.
_PUNCTUATION = re.compile(r"([\\`*_\[\]<>|~&$#!])")
_TRIGGER = re.compile(r"[@#!~%$&](?=\S)|:(?=/)|\bwww(?=\.)", re.IGNORECASE)
# What starts a list or a heading, at the start of a text only.
_START = re.compile(r"^(\d*)([-+=.)])")
_BREAKER = "<!-- -->"


def render(report: Report, _terminal: Terminal) -> str:
    """Return `report` as Markdown, short enough for one comment."""
    summary = summarise(report)
    blocks = [MARKER, _verdict(report, summary), *_next(summary), *_reasons(report), *_approvals(report)]
    blocks += [*_risk(report), *_findings(report), *_rules(report), *_notices(report), *_record(report)]
    return "\n\n".join(blocks) + "\n"


def prose(untrusted: str) -> str:
    """Return text that is shown as it is: nothing in it is markup, a link, a mention or a reference."""
    text = _PUNCTUATION.sub(r"\\\1", " ".join(visible(_short(untrusted)).split()))
    return _START.sub(r"\1\\\2", _TRIGGER.sub(rf"\g<0>{_BREAKER}", text))


def code(untrusted: str) -> str:
    """Return text in a code span that its own backticks cannot close (CommonMark 6.1), fit for a table's cell.

    Engines differ on which pipe a backslash keeps inside a cell, so text with one is written as character references.
    """
    text = visible(_short(untrusted)) or " "
    if "|" in text:
        references = re.sub(r"[^A-Za-z0-9 ]", lambda found: f"&#{ord(found[0])};", text)
        # cmark-gfm still finds e-mail addresses in what is HTML to it.
        return f"<code>{references.replace('&#64;', f'&#64;{_BREAKER}')}</code>"
    fence = _fence(text, 1)
    padding = " " if text.startswith("`") or text.endswith("`") or text != text.strip() else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _short(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows[:_MAX_ROWS]]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return text + (f"\n\nand {len(rows) - _MAX_ROWS} more" if len(rows) > _MAX_ROWS else "")


def _details(title: str, body: str) -> str:
    """Return a closed section; `title` is HTML."""
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


def _verdict(report: Report, summary: Summary) -> str:
    gate = f"{report.decision.gate} gate" if report.decision else "check"
    return (
        f"## {_SIGNS[summary.tone]} {summary.label.capitalize()}\n\n"
        f"{prose(summary.sentence)}\n\n{code(report.repository)}, {gate}, {code(report.scope)}"
    )


def _next(summary: Summary) -> Iterator[str]:
    if summary.steps:
        rows = [
            (prose(step.who), prose(step.what), code(step.command) if step.command else "") for step in summary.steps
        ]
        yield _table(("Who", "What to do", "Command"), rows)


def _reasons(report: Report) -> Iterator[str]:
    if report.decision and report.decision.reasons:
        rows = [(prose(reason.effect), code(reason.rule), prose(reason.message)) for reason in report.decision.reasons]
        yield "### Why\n\n" + _table(("Effect", "Rule", "Reason"), rows)


def _approvals(report: Report) -> Iterator[str]:
    rows = list(_approval_rows(report.decision)) if report.decision else []
    if rows:
        yield "### Approvals\n\n" + _table(("Name", "Meaning", "Time", "Counted"), rows)


def _approval_rows(decision: Decision) -> Iterator[tuple[str, ...]]:
    for requirement in decision.requires:
        for given in requirement.given:
            counted = "yes" if given.counted else f"no: {prose(given.reason or 'no reason given')}"
            yield (prose(given.name), given.meaning, code(given.at), counted)


def _risk(report: Report) -> Iterator[str]:
    if (risk := report.risk) is None:
        return
    among = f", above {risk.percentile} % of recent commits" if risk.percentile is not None else ""
    largest = sorted(risk.contributions, key=lambda item: -abs(item.ppm))
    rows = [(f"{item.ppm / 10_000:+.1f}", prose(item.sentence)) for item in largest]
    title = f"Risk {points(risk.score_ppm)} of 100{among}, criticality <code>{escape(risk.criticality)}</code>"
    yield _details(title, _table(("Points", "Because"), rows))


def _findings(report: Report) -> Iterator[str]:
    left = MAX_FINDINGS_CHARACTERS
    accepted = facts.waivers(report)
    shown = 0
    for group in facts.group_by_file(report.inspection.findings):
        blocks = []
        for finding in group.findings:
            block = _finding(finding, report.excerpts.get(finding.fingerprint), accepted)
            if left < len(block):
                break
            left -= len(block)
            blocks.append(block)
        if blocks:
            title = f"{count(len(blocks), 'finding')} in <code>{escape(_short(group.title))}</code>"
            yield _details(title, "\n\n".join(blocks))
            shown += len(blocks)
        if len(blocks) < len(group.findings):
            break
    if shown < len(report.inspection.findings):
        left_out = len(report.inspection.findings) - shown
        yield f"{count(left_out, 'more finding')}, none in a worse file: see the whole report."


def _finding(finding: Finding, excerpt: Excerpt | None, accepted: Mapping[str, Reason]) -> str:
    at = facts.position(finding.place)
    lines = [f"**{finding.severity}** {code(finding.rule)}{f' at {at}' if at else ''}: {prose(finding.message)}"]
    if waiver := accepted.get(finding.fingerprint):
        lines.append(f"Waived: {prose(waiver.message)}")
    if excerpt:
        body = "\n".join(code_line(_short(line)) for line in excerpt.lines)
        fence = _fence(body, 3)
        lines.append(f"{fence}text\n{body}\n{fence}")
    if finding.fix:
        kind = "Safe fix" if finding.fix.safe else "Fix, to be reviewed"
        lines.append(f"{kind}: {prose(finding.fix.description)}")
    return "\n\n".join(lines)


def _rules(report: Report) -> Iterator[str]:
    counts = facts.outcome_counts(report)
    if not facts.outcomes(report):
        return
    title = "Rules: " + ", ".join(f"{number:,} {WORDS[outcome]}" for outcome, number in counts.items() if number)
    rows = [(code(item.rule), WORDS[item.outcome], prose(item.reason or "")) for item in facts.unevaluated(report)]
    body = _table(("Rule", "Outcome", "Reason"), rows) if rows else "Every rule was evaluated."
    groups = facts.skipped_by_reason(report.inspection.skipped).items()
    files = [(f"{len(paths):,}", prose(reason), code(paths[0])) for reason, paths in groups]
    if files:
        body += "\n\n" + _table(("Files not inspected", "Reason", "For example"), files)
    yield _details(title, body)


def _notices(report: Report) -> Iterator[str]:
    if report.notices:
        yield "\n".join(f"- {prose(notice)}" for notice in report.notices[:_MAX_ROWS])


def _record(report: Report) -> Iterator[str]:
    if (decision := report.decision) is None:
        return
    rows = [("Decision", code(report.decision_digest))] if report.decision_digest else []
    entry = f"entry {report.decision_index:,} of " if report.decision_index is not None else ""
    rows += [
        ("Ledger", f"{entry}{code(decision.checkpoint.origin)}"),
        ("Read", f"{decision.checkpoint.size:,} entries, root {code(decision.checkpoint.root)}"),
        ("Decided", f"{code(decision.at)}{', advisory: the server decides again' if decision.advisory else ''}"),
        ("Verify", code("assay ledger verify")),
    ]
    rows += [("Explain", code(command))] if (command := why_command(report)) else []
    yield _details("Record", _table(("", ""), rows))
