import base64
import hashlib
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import ModuleType

import pytest

from assay.model.decision import Reason
from assay.model.finding import Edit, Fix
from assay.model.outcome import Verdict
from assay.model.report import Report
from assay.model.subject import Commit
from assay.output import render
from assay.output.html.elements import when
from assay.output.html.findings import MAX_OPEN, MAX_SHOWN

VOID = {"meta", "br", "hr", "link", "img"}


class Page(HTMLParser):
    """Reads a page, checks that every element is closed, and keeps what the tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, name, attrs):
        self.elements.append((name, dict(attrs)))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, data):
        self.text += data
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for element, attributes in self.elements if element == name]


def page_of(report: Report) -> Page:
    return Page(render(report, "html"))


def test_every_element_is_closed_and_every_id_is_given_once(report):
    page = page_of(report)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_link_leads_somewhere_on_the_page(report):
    page = page_of(report)
    ids = {attributes.get("id") for _, attributes in page.elements}
    for link in page.named("a"):
        assert (link["href"] or "").startswith("#")
        assert (link["href"] or "")[1:] in ids


def test_every_label_names_an_element(report):
    page = page_of(report)
    ids = {attributes.get("id") for _, attributes in page.elements}
    for _, attributes in page.elements:
        assert set((attributes.get("aria-labelledby") or "").split()) <= ids


def test_headings_leave_out_no_level(report):
    levels = [int(name[1]) for name, _ in page_of(report).elements if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_picture_has_a_title_and_a_description_or_is_decoration(report):
    page = page_of(report)
    for picture in page.named("svg"):
        assert picture.get("aria-hidden") == "true" or (
            picture["role"] == "img" and len((picture["aria-labelledby"] or "").split()) == 2
        )


def test_the_page_allows_nothing_but_its_own_style(report):
    page = page_of(report)
    (policy,) = [item["content"] for item in page.named("meta") if item.get("http-equiv") == "Content-Security-Policy"]
    (style,) = page.texts["style"]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_nothing_on_the_page_can_run_or_load(report):
    page = page_of(report)
    names = {name for name, _ in page.elements}
    assert not names & {
        "script",
        "iframe",
        "object",
        "embed",
        "img",
        "link",
        "form",
        "base",
        "foreignobject",
        "image",
        "use",
    }
    for _, attributes in page.elements:
        assert not {
            name for name in attributes if name.startswith("on") or name in {"src", "style", "srcset", "action"}
        }
    assert "url(" not in page.texts["style"][0]
    assert "@import" not in page.texts["style"][0]


def test_an_approver_finds_who_must_act_and_how(reports: ModuleType):
    page = page_of(reports.needs_approval())
    assert "Needs approval" in page.texts["h1"]
    assert f"assay approve {reports.digest('decision')[:8]} --meaning reviewed" in page.text
    assert "no: authored a commit of this change" in page.text
    assert "Dr. Chidi Okafor" in page.text


def test_the_tree_of_reasons_leads_to_the_finding(reports: ModuleType):
    text = render(reports.needs_approval(), "html")
    assert f'href="#f-{reports.ROOT_FINDING.fingerprint[:16]}"' in text


def test_reasons_are_shown_where_there_is_no_tree(reports: ModuleType):
    page = page_of(reports.waived())
    assert f"(waiver {reports.digest('waiver')[:8]})" in page.text


def test_a_reason_without_a_finding_names_its_path(reports: ModuleType):
    reason = Reason(effect="postpone", rule="ours/window", message="later", path="deploy/prod.yml")
    page = page_of(reports.gated(reports.decision(Verdict.ALLOW, reasons=(reason,))))
    assert "postpone ours/window deploy/prod.yml" in page.text


def test_the_record_can_be_copied(reports: ModuleType):
    page = page_of(reports.allow())
    for text in (
        reports.CHECKPOINT.origin,
        reports.CHECKPOINT.root,
        reports.digest("decision"),
        "assay ledger verify --payloads",
        f"assay why {reports.digest('decision')[:8]} --replay",
    ):
        assert text in page.text


def test_a_check_has_no_record_and_no_change(reports: ModuleType):
    ids = {attributes.get("id") for _, attributes in page_of(reports.check()).elements}
    assert not ids & {"record", "change", "approvals", "risk", "why"}


def test_a_fix_is_shown_as_a_difference_or_as_edits(reports: ModuleType):
    page = page_of(reports.deny())
    assert "-      - uses: actions/checkout@v4" in page.text
    assert "+      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2" in page.text
    assert "replace bytes 402 to 433 by $TITLE" in page.text
    assert "insert at byte 380" in page.text


def test_an_edit_may_only_delete(reports: ModuleType):
    finding = replace(
        reports.ROOT_FINDING,
        fix=Fix(description="Remove it", safe=False, edits=(Edit(start=1, end=3, replacement=""),)),
    )
    page = page_of(reports.report(inspection=reports.inspected((finding,))))
    assert "replace bytes 1 to 3 by nothing" in page.text


def test_a_fix_may_have_no_edits(reports: ModuleType):
    finding = replace(reports.ROOT_FINDING, fix=Fix(description="By hand", safe=False, edits=()))
    page = page_of(reports.report(inspection=reports.inspected((finding,))))
    assert "Fix, to be reviewed By hand" in page.text


def test_a_finding_of_an_unknown_rule_is_shown(reports: ModuleType):
    page = page_of(replace(reports.check(), rules={}))
    assert "workflows/unpinned-action" in page.texts["code"]


def test_many_findings_are_cut_counted_and_closed(reports: ModuleType):
    page = page_of(reports.many())
    assert len([item for item in page.named("article") if item.get("class") == "finding"]) == MAX_SHOWN
    assert "1,000 more findings, none more severe, are in the JSON report." in page.text
    opened = [item for item in page.named("details") if "open" in item]
    assert len(opened) == MAX_OPEN


def test_many_commits_are_summed_up_in_the_picture_and_listed_below(reports: ModuleType):
    base = reports.CHANGE.commits[0]
    commits = tuple(replace(base, id=f"{number:040x}", message=f"fix: number {number}") for number in range(20))
    assert isinstance(commits[0], Commit)
    page = page_of(replace(reports.allow(), change=replace(reports.CHANGE, commits=commits, base_commit=None)))
    assert "15 earlier commits" in page.text
    assert "nothing before" in page.text
    assert "fix: number 3" in page.text


def test_many_files_are_cut_and_counted(reports: ModuleType):
    files = reports.CHANGE.files[:1] * 501
    page = page_of(replace(reports.allow(), change=replace(reports.CHANGE, files=files, commits=())))
    assert "and 1 more" in page.text


def test_many_skipped_files_are_cut_counted_and_closed(reports: ModuleType):
    skipped = tuple(reports.Skipped(path=f"f{number}.png", reason="binary") for number in range(60))
    page = page_of(reports.report(inspection=reports.inspected((), skipped=skipped)))
    assert "60 binary" in page.text
    assert "and 10 more" in page.text


def test_a_change_without_a_decision_ends_at_its_tree(reports: ModuleType):
    page = page_of(reports.report(change=reports.CHANGE))
    assert "The tree that was judged" in page.text
    assert "Ledger entry" not in page.text


def test_a_decision_that_is_not_recorded_has_no_entry(reports: ModuleType):
    made = replace(reports.allow(), decision_digest=None, decision_index=None, signer=None)
    decision = replace(made.decision, evidence=(), policy=replace(reports.POLICY, commit=None))
    page = page_of(replace(made, decision=decision))
    assert "Ledger entry" not in page.text
    assert "assay why" not in page.text
    assert "none" in page.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-03-03T08:04:57Z", "3 March 2026, 08:04:57 UTC"),
        ("2026-12-31T23:59:59+02:00", "31 December 2026, 23:59:59 +0200"),
        ("yesterday", "yesterday"),
        ("2026-03-03T08:04:57", "2026-03-03T08:04:57"),
    ],
)
def test_times_are_written_for_people(text: str, shown: str):
    page = Page(when(text))
    assert page.text == shown
