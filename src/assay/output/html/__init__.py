"""The report as one page that needs nothing else: no script, no network, no file beside it.

Trusted: `report.css` and `pictures.css`, which the page names by their hash. Not trusted: everything the report holds;
it reaches the page only through `assay.output.markup`. If lost: an approver would see, and sign, what somebody else
wrote. The content security policy is the second line: with it a browser runs no script and loads nothing, whatever the
page holds.
"""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from assay._version import __version__
from assay.model.report import Report
from assay.output import facts
from assay.output.html.acting import approvals, next_steps, notices, reasons
from assay.output.html.change import change
from assay.output.html.elements import section, when
from assay.output.html.findings import findings
from assay.output.html.record import record
from assay.output.html.risk import risk
from assay.output.html.rules import rules, skipped
from assay.output.markup import Markup, each, raw, tag
from assay.output.terminal import Terminal
from assay.output.verdict import Summary, count, points, summarise

_DOCTYPE = raw("<!doctype html>\n")
_END = raw("\n")


def render(report: Report, _terminal: Terminal) -> str:
    """Return `report` as an HTML document."""
    summary = summarise(report)
    found = [
        ("next", "What to do", next_steps(summary)),
        ("why", "Why", reasons(report)),
        ("approvals", "Approvals", approvals(report)),
        ("notes", "Notes", notices(report)),
        ("risk", "Risk", risk(report)),
        ("findings", "Findings", findings(report)),
        ("rules", "Rules", rules(report)),
        ("skipped", "Not inspected", skipped(report)),
        ("change", "The change", change(report)),
        ("record", "Record", record(report)),
    ]
    shown = [(name, title, body) for name, title, body in found if body]
    links = (tag("li", tag("a", title, href=f"#{name}")) for name, title, _ in shown)
    main = tag("main", _banner(report, summary), (section(name, title, body) for name, title, body in shown), id="main")
    body = tag(
        "body",
        tag(
            "a",
            "Skip to the findings" if report.inspection.findings else "Skip to the verdict",
            class_="skip",
            href=_start(report),
        ),
        _header(report),
        tag("nav", tag("ul", links), aria_label="Sections") if shown else None,
        main,
        tag("footer", tag("p", f"Made by Assay {__version__}. This page holds no script and loads nothing.")),
    )
    return each(_DOCTYPE, tag("html", _head(report, summary), body, lang="en"), _END)


def _start(report: Report) -> str:
    return "#findings" if report.inspection.findings else "#main"


@cache
def style() -> Markup:
    """Return the style sheets of the package as one text."""
    return raw("".join(resources.files("assay.output").joinpath(name).read_text("utf-8") for name in _SHEETS))


_SHEETS = ("html/report.css", "pictures.css")


def policy(css: str) -> str:
    """Return the content security policy that lets exactly this style sheet in, and nothing else (CSP level 3)."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _head(report: Report, summary: Summary) -> Markup:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy(style())),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{summary.label.capitalize()}: {report.repository}, {report.scope}"),
        tag("style", style()),
    )


def _header(report: Report) -> Markup:
    gate = f"{report.decision.gate} gate" if report.decision else "check"
    return tag(
        "header",
        tag("p", "Assay", class_="brand"),
        tag(
            "p",
            tag("strong", report.repository),
            f", {gate}, ",
            tag("span", report.scope, class_="code"),
            [", ", when(report.decision.at)] if report.decision else None,
            class_="of",
        ),
    )


def _numbers(report: Report) -> Iterator[str]:
    evaluated = [item for item in facts.outcomes(report) if item.outcome.evaluated]
    yield count(len(report.inspection.findings), "finding")
    if report.risk:
        yield f"{points(report.risk.score_ppm)} risk, of 100"
    yield count(len(evaluated), "rule evaluated", "rules evaluated")
    yield count(report.inspection.scanned.files, "file read", "files read")
    if report.change:
        yield count(len(report.change.commits), "commit")


def _banner(report: Report, summary: Summary) -> Markup:
    numbers = (text.partition(" ")[::2] for text in _numbers(report))
    advice = tag("p", "Advice only: made with a local key. The server decides again.", class_="advice")
    return tag(
        "div",
        tag("h1", summary.label.capitalize()),
        tag("p", summary.sentence, class_="sentence"),
        advice if report.decision and report.decision.advisory else None,
        tag("ul", (tag("li", tag("strong", number), f" {name}") for number, name in numbers), class_="numbers"),
        class_=f"banner {summary.tone}",
    )
