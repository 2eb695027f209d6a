import html
import re
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assay.output import render
from assay.output.markdown import MARKER, code, prose
from assay.output.plain import visible

# GitHub's limit for the body of a comment.
MAX_COMMENT = 65_536


def parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def kinds_of(text: str) -> list[str]:
    """Return the kinds of inline tokens a forge would make of a text."""
    return [child.type for token in parser().parse(text) for child in token.children or ()]


@given(st.text(st.characters(exclude_categories=[]), min_size=1, max_size=200))
def test_a_text_in_a_cell_stays_text(text: str):
    rendered = parser().render(f"| a | b |\n| --- | --- |\n| x {prose(text)} | y |")
    assert rendered.count("<td>") == 2
    assert set(kinds_of(f"x {prose(text)}")) <= {"text", "html_inline", "text_special"}


@given(st.text(st.characters(exclude_categories=[]), min_size=1, max_size=200))
def test_code_in_a_cell_stays_code(text: str):
    page = parser().render(f"| a | b |\n| --- | --- |\n| {code(text)} | y |")
    found = re.findall(r"<td><code>(.*)</code></td>\n<td>y</td>", page)
    assert [html.unescape(item.replace("<!-- -->", "")).strip() for item in found] == [visible(text).strip()]


@pytest.mark.parametrize("text", ["a|b", "a\\|b", "a\\\\|<img src=x>", "|", "`|`"])
def test_a_pipe_in_code_needs_no_backslash_that_engines_disagree_on(text: str):
    assert "|" not in code(text)
    assert "\\" not in code(text)


@pytest.mark.parametrize(
    "text", ["@everyone", "#1", "!2", "~label", "$math$", "%milestone", "&epic", "https://x.example", "www.x.example"]
)
def test_nothing_is_a_mention_or_a_reference(text: str):
    assert "<!-- -->" in prose(f"by {text} and {text}")


@pytest.mark.parametrize("text", ["1. x", "- x", "+ x", "= x", "# x", "> x", "---", "12) x", "    x"])
def test_nothing_starts_a_block(text: str):
    assert parser().parse(prose(text))[0].type == "paragraph_open"


def test_a_comment_can_be_found_again(report):
    assert render(report, "markdown").startswith(MARKER)


def test_every_report_fits_one_comment(report):
    assert len(render(report, "markdown")) < MAX_COMMENT


def test_findings_beyond_the_limit_are_counted(reports: ModuleType):
    text = render(reports.many(), "markdown")
    shown = text.count("**critical**") + text.count("**high**") + text.count("**medium**")
    assert f"{2_000 - shown:,} more findings, none in a worse file" in text
    assert text.count("<details>") == text.count("</details>")


def test_what_to_do_is_a_table(reports: ModuleType):
    assert (
        "| Who | What to do | Command |\n| --- | --- | --- |\n"
        "| reviewers | 1 of 2 people signed as reviewed. The risk is 72.4 of 100, above the 70 from which two people "
        "must have read the change | `assay approve 86ae35d5 --meaning reviewed` |"
    ) in render(reports.needs_approval(), "markdown")


def test_an_excerpt_cannot_close_its_fence(reports: ModuleType):
    finding = reports.UNPINNED_FINDING
    excerpt = reports.Excerpt(first_line=14, lines=("````", "</details>", "[x](y)"), marked=(14, 14))
    made = reports.report(inspection=reports.inspected((finding,)), excerpts={finding.fingerprint: excerpt})
    assert "`````text\n````\n</details>\n[x](y)\n`````" in render(made, "markdown")


def test_long_lists_are_cut_and_counted(reports: ModuleType):
    reason = reports.Reason(effect="deny", rule="a/b", message="m")
    made = reports.gated(reports.decision(reports.Verdict.DENY, reasons=(reason,) * 30))
    assert "and 10 more" in render(made, "markdown")


def test_an_advisory_decision_says_so(reports: ModuleType):
    assert "advisory: the server decides again" in render(reports.incomplete(), "markdown")


def test_a_rule_is_not_green_because_nothing_was_asked(reports: ModuleType):
    made = replace(reports.allow(), decision_digest=None, decision_index=None)
    assert "Explain" not in render(made, "markdown")
